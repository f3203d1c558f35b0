"""Connections of clients that ask for nothing, or for too much."""

import contextlib
import socket


def connect(port, source="127.0.0.1", seconds=5):
    return socket.create_connection(("127.0.0.1", port), seconds, source_address=(source, 0))


@contextlib.contextmanager
def closing():
    """A list whose connections are closed at the end."""
    connections = []
    try:
        yield connections
    finally:
        for connection in connections:
            connection.close()


def source(number):
    """Another loopback address for each 50 connections: the limit of an address is not meant here."""
    return f"127.0.{1 + number // 50 // 250}.{1 + number // 50 % 250}"
