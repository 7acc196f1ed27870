"""Replace files of a dataset as one, all of them or none, whatever happens in between; and the lock that this needs."""

from csodata.dataset import unfinished
from csodata.store.files import recover, write_set
from csodata.store.lock import LOCK, locked

__all__ = ["LOCK", "locked", "recover", "unfinished", "write_set"]
