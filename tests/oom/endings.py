"""What leaves the program when the disk is full and when a signal comes in
the middle of a request."""

import resource
import signal
import socket
import time

import fcgi
import gate
import kinds
import sweep

FILE_LIMIT = 6000
ROUNDS = 8
AT_ONCE = 20


def policy(work, name, log, more=""):
    path = work / name
    path.write_text(kinds.POLICY.format(pin="00" * 32, cache=100, log=log,
                                        level="info") + more)
    return path


def full_disk(report, program, work, table):
    for more, name in (("", "denies"), ("on_error = continue\n", "continues")):
        target = gate.Gate(program, work,
                           policy(work, "full.ini", "/dev/full", more))
        target.start()
        faults = []
        for kind, (wanted, request) in table.items():
            wanted = 500 if name == "denies" else wanted
            answer = target.ask(request)
            status, _, _, fault = kinds.parse(answer.stdout)
            if fault or status != wanted or not answer.ended:
                faults.append(f"{kind}: {fault} {answer.stdout!r}")
        target.stop()
        report.line(f"audit log on a full disk, {name}", "; ".join(faults[:2]))


def limit_files():
    gate.no_core()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))


def filling_disk(report, program, work, request, good):
    """A disk that becomes full in the middle of a line."""
    log = work / "filling.log"
    target = gate.Gate(program, work, policy(work, "filling.ini", log))
    target.start(limit_files)
    audit = sweep.Audit(log)
    granted, denied, fault = 0, 0, ""
    while denied < 5 and not fault:
        answer = target.ask(request)
        lines = audit.new()
        status = kinds.parse(answer.stdout)[0]
        fault = kinds.fault_of(answer, good.stdout)
        if status == 200 and (len(lines) != 1 or lines[0][-1:] != b"}"):
            fault = f"a grant in the log as {lines!r}"
        granted += status == 200
        denied += status != 200
        if granted * 100 > FILE_LIMIT:
            fault = "it never became full"
    target.stop()
    if not granted:
        fault = f"nothing was granted at first: {answer.stdout!r}"
    report.line("audit log on a disk that becomes full", fault,
                f"{granted} grants before it")


def half_request(target, request, good, number):
    """A signal between the halves of a request; a kept connection idles."""
    target.start()
    idle = fcgi.connect(target.socket)
    with idle, fcgi.connect(target.socket) as sock:
        sock.sendall(request[:len(request) // 2])
        time.sleep(0.02)
        target.process.send_signal(number)
        time.sleep(0.1)
        try:
            sock.sendall(request[len(request) // 2:])
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = fcgi.read_answer(sock)
        idle_answer = fcgi.read_answer(idle)
    if not target.has_ended(10):
        target.stop(signal.SIGKILL)
        return "it does not end"
    if idle_answer.stdout or idle_answer.ended:
        return "an idle connection gets an answer"
    if number == signal.SIGKILL:
        return f"{answer.stdout!r}" if answer.ended else ""
    if kinds.plain(answer.stdout) != kinds.plain(good.stdout):
        return f"the request in hand is answered {answer.stdout!r}"
    if not answer.ended or answer.odd:
        return "the answer does not end"
    code = target.process.returncode
    return f"exit status {code}" if code else ""


def connect_all(target):
    socks = []
    for _ in range(AT_ONCE):
        socks.append(fcgi.connect(target.socket))
    return socks


def round_of_requests(target, request, good, number, delay):
    """Many requests at once and a signal among them: whole answers, or none.
    Returns (fault, how many were answered)."""
    socks = connect_all(target)
    for sock in socks:
        sock.sendall(request)
    time.sleep(delay)
    target.process.send_signal(number)
    answers = [fcgi.read_answer(sock) for sock in socks]
    for sock in socks:
        sock.close()
    ended = [answer for answer in answers if answer.ended]
    for answer in ended:
        if kinds.plain(answer.stdout) != kinds.plain(good.stdout) or \
                answer.odd:
            return f"{answer.stdout!r} {answer.odd}", len(ended)
    return "", len(ended)


def under_load(report, target, request, good, number):
    faults, answered = [], 0
    name = signal.Signals(number).name
    for i in range(ROUNDS):
        if target.process is None or target.process.poll() is not None:
            target.start()
        fault, ended = round_of_requests(target, request, good, number,
                                         i * 0.0005)
        faults += [fault] if fault else []
        answered += ended
        if number == signal.SIGHUP:
            faults += ["not all are answered"] if ended < AT_ONCE else []
        elif not target.has_ended(10):
            faults.append("it does not end")
    target.stop()
    report.line(f"{name} among requests", "; ".join(faults[:2]),
                f"{answered} of {ROUNDS * AT_ONCE} answered")


def peers_that_leave(report, target, request, good):
    """Peers that close before their answer is written do no harm."""
    target.start()
    for _ in range(100):
        with fcgi.connect(target.socket) as sock:
            sock.sendall(request)
            sock.shutdown(socket.SHUT_RD)
    answer = target.ask(request)
    fine = kinds.plain(answer.stdout) == kinds.plain(good.stdout)
    report.line("peers that leave before the answer",
                "" if fine else f"{answer.stdout!r}")
    target.stop()


def check(report, program, work, certs):
    table = kinds.make_kinds(certs)
    table = {name: kind for name, kind in table.items() if "pin" not in name}
    target = gate.Gate(program, work,
                       policy(work, "plain.ini", work / "plain.log"),
                       threads=2)
    request = table["cert-info"][1]
    target.start()
    answer = target.ask(request)
    target.stop()
    full_disk(report, program, work, table)
    filling_disk(report, program, work, request, answer)
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT,
                   signal.SIGUSR1):
        name = signal.Signals(number).name
        report.line(f"{name} in the middle of a request",
                    half_request(target, request, answer, number))
        under_load(report, target, request, answer, number)
    under_load(report, target, request, answer, signal.SIGHUP)
    peers_that_leave(report, target, request, answer)
