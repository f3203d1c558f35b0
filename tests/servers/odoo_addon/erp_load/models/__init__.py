from . import load
