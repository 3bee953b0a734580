"""Elementary functions made of additions and multiplications alone.

The mathematical library of a system may round its last bit as it likes, and is called for one
number at a time. These give the same bits on every machine, and a compiler can work them out for
several numbers at once.
"""
