"""Ties that live: touched, weakening, formed and cut, in rows that can grow."""
