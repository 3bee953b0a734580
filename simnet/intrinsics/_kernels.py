"""Intrinsics for kernels that are bound by memory."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from simnet.compiled import discard_stale

discard_stale()

_BYTE = ir.IntType(8).as_pointer()
_WORD = ir.IntType(32)


@intrinsic
def prefetch(typing_context, array, index):
    """Ask for an element of a contiguous one-dimensional array before it is read."""

    def generate(context, builder, signature, arguments):
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        place = context.cast(builder, arguments[1], signature.args[1], types.intp)
        address = builder.bitcast(builder.gep(data, [place]), _BYTE)
        asked = ir.FunctionType(ir.VoidType(), [_BYTE, _WORD, _WORD, _WORD])
        read = builder.module.declare_intrinsic("llvm.prefetch", [_BYTE], asked)
        builder.call(read, [address, _WORD(0), _WORD(3), _WORD(1)])
        return context.get_dummy_value()

    return types.void(array, index), generate


def _item(typing_context, array, index):
    """An element of a contiguous one-dimensional array, or a record of it to read and write.

    As `array[index]`, but never counted from the end: sparing the test for a negative index makes
    the weekly rounds a tenth faster.
    """

    def generate(context, builder, signature, arguments):
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        place = context.cast(builder, arguments[1], signature.args[1], types.intp)
        return context.unpack_value(builder, array.dtype, builder.gep(data, [place]))

    return array.dtype(array, index), generate


item: Any = intrinsic(_item)


def _lowest_bit(typing_context, bits):
    """The place, from 0, of the lowest bit that is set in a 64-bit integer other than 0."""

    def generate(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.IntType(1)(1))

    return types.int64(types.int64), generate


lowest_bit: Any = intrinsic(_lowest_bit)


def _equal(typing_context, array, first, value):
    """Which of 16 elements, from `first` on, equal a value: bit k for array[first + k].

    They are compared all at once, which is sooner done than two of them one by one.
    """

    def generate(context, builder, signature, arguments):
        kind = context.get_value_type(array.dtype)
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        place = context.cast(builder, arguments[1], signature.args[1], types.intp)
        lanes = ir.VectorType(kind, 16)
        address = builder.bitcast(builder.gep(data, [place]), lanes.as_pointer())
        sought = context.cast(builder, arguments[2], signature.args[2], array.dtype)
        one = builder.insert_element(lanes(ir.Undefined), sought, _WORD(0))
        all_alike = builder.shuffle_vector(
            one, lanes(ir.Undefined), ir.VectorType(_WORD, 16)([0] * 16)
        )
        equal = builder.icmp_signed(
            "==", builder.load(address, align=context.get_abi_sizeof(kind)), all_alike
        )
        return builder.zext(builder.bitcast(equal, ir.IntType(16)), ir.IntType(64))

    return types.int64(array, first, value), generate


equal: Any = intrinsic(_equal)


def _fma(typing_context, x, y, z):
    """x y + z, rounded once, on every machine alike."""

    def generate(context, builder, signature, arguments):
        real = ir.DoubleType()
        declared = ir.FunctionType(real, [real, real, real])
        function = builder.module.declare_intrinsic("llvm.fma", [real], declared)
        numbers = [
            context.cast(builder, argument, given, types.float64)
            for argument, given in zip(arguments, signature.args, strict=True)
        ]
        return builder.call(function, numbers)

    return types.float64(x, y, z), generate


fma: Any = intrinsic(_fma)


def _quotient(typing_context, x, y):
    """x / y without a test for 0, which would keep a loop from dividing several at a time."""

    def generate(context, builder, signature, arguments):
        numbers = [
            context.cast(builder, argument, given, types.float64)
            for argument, given in zip(arguments, signature.args, strict=True)
        ]
        return builder.fdiv(*numbers)

    return types.float64(x, y), generate


quotient: Any = intrinsic(_quotient)
