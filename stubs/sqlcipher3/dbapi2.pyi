# A fork of the standard library's own module; SQLCipher's further commands are pragmas.
from sqlite3 import *  # noqa: F403 - all of it
from sqlite3 import Connection as Connection
from sqlite3 import Error as Error
from sqlite3 import connect as connect
