from .client import KhClient

__all__ = ['KhClient']
