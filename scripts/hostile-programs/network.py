"""An agent that tries every way out of its sandbox but the one it is given, and prints what it met."""
import json
import os
import socket
import sys
import urllib.error
import urllib.request

places = json.loads(os.environ["PLACES"])


def outcome(work):
    try:
        return f"reached {work()!r}"
    except urllib.error.HTTPError as error:
        return f"HTTP {error.code}"
    except OSError as error:
        return type(error).__name__


def dial(host, port, family=socket.AF_INET):
    with socket.socket(family, socket.SOCK_STREAM) as wire:
        wire.settimeout(2)
        wire.connect((host, port) if family != socket.AF_UNIX else host)
        return wire.recv(10)


def asked(path):
    request = urllib.request.Request(os.environ["OPENAI_BASE_URL"] + path, b"{}", {"content-type": "application/json"})
    return urllib.request.urlopen(request, timeout=5).read(10)


met = {
    "the world": outcome(lambda: dial("1.1.1.1", 443)),
    "the host's loopback": outcome(lambda: dial("127.0.0.1", places["port"])),
    "the host's sockets": outcome(lambda: dial(places["socket"], None, socket.AF_UNIX)),
    "abstract sockets": outcome(lambda: dial("\0" + places["abstract"], None, socket.AF_UNIX)),
    "names": outcome(lambda: socket.getaddrinfo("example.org", 443)),
    "datagrams": outcome(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("8.8.8.8", 53))),
    "embeddings": outcome(lambda: asked("/embeddings")),
    "another address through the proxy": outcome(lambda: asked("/../../../http://example.org/")),
}
print(json.dumps(met))
sys.exit(any(one.startswith("reached") for one in met.values()))
