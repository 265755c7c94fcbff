# SPDX-License-Identifier: Apache-2.0
"""Name servers for tests, on free ports of loopback: the faulty one, and real
ones (rbldnsd, unbound) where they are installed. All are stopped at the end.
"""

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
started = []


def free_port():
    """One that is free for UDP and TCP."""
    for _ in range(100):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.1", 0))
            port = udp.getsockname()[1]
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
                try:
                    tcp.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    continue
    raise OSError("no free port")


def start(command, **more):
    process = subprocess.Popen(command, **more)
    started.append(process)
    return process


def stop(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    started.remove(process)


@atexit.register
def stop_all():
    for process in list(started):
        stop(process)


def answers(port, name=b"\0"):
    """Whether somebody answers there: a question about the root."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0.2)
        sock.connect(("127.0.0.1", port))
        try:
            sock.send(b"\x12\x34\1\0\0\1\0\0\0\0\0\0" + name + b"\0\2\0\1")
            return len(sock.recv(512)) > 0
        except OSError:
            return False


def wait_for(port):
    for _ in range(100):
        if answers(port):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nobody answers at port {port}")


class Faulty:
    """faulty.py, which can be told to be silent."""

    def __init__(self):
        self.port = free_port()
        self.process = start([sys.executable, HERE + "/faulty.py",
                              str(self.port)],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             text=True)
        self.process.stdout.readline()

    def tell(self, line):
        """Returns how many questions came by UDP and by TCP so far."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return [int(n) for n in self.process.stdout.readline().split()]


def nobody(folder):
    """What runs a server as somebody who may do nothing."""
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
        return ["setpriv", "--reuid=nobody", "--regid=nogroup",
                "--clear-groups"]
    return []


def find(program):
    return shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin")


def folder_with(files):
    folder = tempfile.mkdtemp(prefix="tamis-dns-")
    atexit.register(shutil.rmtree, folder, True)
    os.chmod(folder, 0o755)
    for name, text in files.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    return folder


def rbldnsd(zones):
    """`zones`: name: (kind, text). Returns the port, and the folder with a
    file for each zone, which is read again when it changes."""
    port = free_port()
    folder = folder_with({name: text for name, (_, text) in zones.items()})
    start(nobody(folder) + [find("rbldnsd"), "-n", "-c", "1",
                            "-b", f"127.0.0.1/{port}", "-w", folder]
          + [f"{name}:{kind}:{name}" for name, (kind, _) in zones.items()],
          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(port)
    return port, folder


def unbound(config):
    """`config`: what stands in unbound.conf, beside where it listens."""
    port = free_port()
    folder = folder_with({})
    with open(folder + "/unbound.conf", "w") as file:
        file.write(f"""
server:
	interface: 127.0.0.1@{port}
	port: {port}
	do-ip6: no
	chroot: ""
	username: ""
	directory: "{folder}"
	pidfile: ""
	use-syslog: no
	logfile: "{folder}/log"
	do-daemonize: no
	do-not-query-localhost: no
	module-config: "iterator"
	msg-cache-size: 1m
	rrset-cache-size: 1m
	local-zone: "." static
{config}
remote-control:
	control-enable: no
""")
    start(nobody(folder) + [find("unbound"), "-c", folder + "/unbound.conf"],
          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(port)
    return port
