"""One module a library, each with the functions of `benchmarks.peers.tasks` that it can offer.

`VERSION` is the library's own, `load` takes the saved arrays of a network into the library's graph,
and every other function is a task: a function that is missing is a task the library does not offer.
`NEAR` says, by task, in what a library's own way differs so that its answer can only be near.
A module imports its library and NumPy only, so that a library can be measured by an interpreter
that has nothing else.
"""
