"""Attempts to reach the network and the user's sockets."""

from __future__ import annotations

from tests.unit.sandbox.hostile.common import *


def reaches(family: int, address: object) -> bool:
    with socket.socket(family) as client:
        client.settimeout(3)
        client.connect(address)
        return client.recv(5) == b"hello"


@attempt
def connects_by_tcp():
    return reaches(socket.AF_INET, ("127.0.0.1", TOLD["tcp"]))


@attempt
def connects_by_tcp_to_any_address():
    return reaches(socket.AF_INET, ("0.0.0.0", TOLD["tcp"]))


@attempt
def connects_to_a_socket_file():
    return reaches(socket.AF_UNIX, TOLD["unix"])


@attempt
def connects_to_a_socket_file_in_tmp():
    return reaches(socket.AF_UNIX, TOLD["unix_in_tmp"])


@attempt
def connects_to_a_socket_file_by_a_symlink():
    os.symlink(TOLD["unix"], "link-to-socket")
    return reaches(socket.AF_UNIX, "link-to-socket")


@attempt
def connects_to_an_abstract_socket():
    return reaches(socket.AF_UNIX, "\0" + TOLD["abstract"])


@attempt
def sends_a_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.5)
        client.sendto(b"x", ("127.0.0.1", TOLD["udp"]))
        return client.recv(10)


@attempt
def asks_a_name_server():
    query = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07example\x03com\0\0\x01\0\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        client.connect(("127.0.0.1", TOLD["udp"]))
        client.send(query)
        return client.recv(100)


@attempt
def sees_which_ports_are_taken():
    with socket.socket() as server:
        try:
            server.bind(("127.0.0.1", TOLD["tcp"]))
        except PermissionError:
            return False
        except OSError:
            return True
    return False


@attempt
def sees_the_connections_of_the_machine():
    return f":{TOLD['tcp']:04X} " in open("/proc/net/tcp").read()


@root_attempt
def listens_to_the_wire():
    return socket.socket(17, socket.SOCK_RAW)  # AF_PACKET


@attempt
@kernel_may_refuse
def talks_to_the_hypervisor():
    return socket.socket(40, socket.SOCK_STREAM)  # AF_VSOCK


@attempt
@kernel_may_refuse
def talks_to_the_kernel_s_cryptography():
    return socket.socket(38, socket.SOCK_SEQPACKET)  # AF_ALG
