"""What etl1 starts instead of spark-submit where a session is there already: it lasts as long as that is used, and says why there is none.

It gets the socket of whoever has the session (`in_session.py`), and then the arguments of spark-submit.
"""

import json
import socket
import sys


def main(host, arguments):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(host)
        connection.sendall(f"{json.dumps(arguments)}\n".encode("utf-8"))
        said = connection.makefile("r", encoding="utf-8").read()
    sys.exit(said or 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
