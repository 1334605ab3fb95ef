"""The workload: real nginx as web pods and load balancer, uploads to a database, all at a bounded, steady pace."""

import os
import socket
import struct
import time

from network import spawn_thread

RESPONSE = 15_000
UPLOAD = 30_000
# Requests a second and web pod; uploads a second and worker.
REQUESTS = 35
UPLOADS = 40
CLIENTS = 32
CONNECTIONS = 2
WEB_PORT, DB_PORT = 80, 5432


def start_web(net, folder, host):
    here = f"{folder}/{host}"
    os.makedirs(here)
    with open(f"{here}/object", "wb") as file:
        file.write(os.urandom(RESPONSE))
    return start_nginx(net, here, host, f"server {{ listen {WEB_PORT}; root {here}; }}")


def start_lb(net, folder, host, backends):
    here = f"{folder}/{host}"
    os.makedirs(here)
    # No failing over: a slow pod stays in the rotation, as with health checks that look every half minute.
    servers = "".join(f"server {address}:{WEB_PORT} max_fails=0; " for address in backends)
    location = "location / { proxy_pass http://web; proxy_connect_timeout 5s; proxy_read_timeout 10s; }"
    server = f"upstream web {{ {servers} }} server {{ listen {WEB_PORT}; {location} }}"
    return start_nginx(net, here, host, server)


def start_nginx(net, here, host, server):
    """Gives the path of the log of round-trip times."""
    log = f"{here}/rtt.log"
    open(log, "w").close()
    with open(f"{here}/nginx.conf", "w") as file:
        file.write(
            f"daemon off; master_process off; pid {here}/pid; error_log {here}/error.log error;\n"
            "events { worker_connections 1024; }\n"
            f"http {{ log_format rtt '$tcpinfo_rtt'; access_log {log} rtt; client_body_temp_path {here}/body;"
            f" proxy_temp_path {here}/proxy; {server} }}\n"
        )
    net.spawn(host, "nginx", "-e", f"{here}/error.log", "-p", here, "-c", f"{here}/nginx.conf")
    return log


def start_clients(host, address, rate, stop):
    for i in range(CLIENTS):
        spawn_thread(host, paced, CLIENTS / rate, i / rate, stop, lambda: fetch(address))


def fetch(address):
    with socket.create_connection((address, WEB_PORT), timeout=5) as connection:
        connection.sendall(b"GET /object HTTP/1.0\r\nHost: lab\r\n\r\n")
        while connection.recv(65536):
            pass


def start_db(host, address, stop):
    listening = []

    def serve():
        server = socket.create_server((address, DB_PORT), backlog=256)
        listening.append(server)
        while not stop.is_set():
            connection, _ = server.accept()
            spawn_thread(host, answer, connection)

    spawn_thread(host, serve)
    while not listening:
        time.sleep(0.01)


def answer(connection):
    with connection:
        try:
            while read_exactly(connection, UPLOAD):
                connection.sendall(b"stored\n")
        except OSError:
            pass


def start_worker(host, address, stop, round_trips):
    for i in range(CONNECTIONS):
        open_connections = []

        def upload(connections=open_connections):
            # Connections to a database live long; one that failed is made anew.
            connection = connections[0] if connections else socket.create_connection((address, DB_PORT), timeout=5)
            connections[:] = [connection]
            try:
                connection.sendall(bytes(UPLOAD))
                read_exactly(connection, len(b"stored\n"))
                round_trips.give(host, round_trip(connection))
            except OSError:
                connection.close()
                connections.clear()

        spawn_thread(host, paced, CONNECTIONS / UPLOADS, i / UPLOADS, stop, upload)


def read_exactly(connection, wanted):
    left = wanted
    while left:
        chunk = connection.recv(min(left, 65536))
        if not chunk:
            return False
        left -= len(chunk)
    return True


def round_trip(connection):
    """tcpi_rtt of struct tcp_info (linux/tcp.h), µs."""
    return struct.unpack_from("I", connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104), 68)[0]


def paced(period, offset, stop, work):
    due = time.monotonic() + offset
    while not stop.is_set():
        time.sleep(max(0.0, due - time.monotonic()))
        try:
            work()
        except OSError:
            pass  # A request that failed is a request less, as for any user.
        # Who is late does not catch up: an overload would otherwise outlast its cause.
        due = max(due + period, time.monotonic())
