"""The model told slowly: plain Python, dicts and classes, nothing compiled, nothing vectorised.

Kernels are compared with it draw by draw. It shares with the package only what is data: the
specification, the network, and the table of parameters.
"""
