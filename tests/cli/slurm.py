"""A Slurm of this machine alone, for as long as a test wants it. It needs no init and no settings of
the system's, but root, since Slurm starts jobs as their users."""
import os
import shutil
import socket
import subprocess
import time

DAEMONS = ("munged", "slurmctld", "slurmd")

CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket
SlurmctldPort={controller}
SlurmdPort={worker}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_interval=1
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def path_of(program):
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def why_not():
    """What it lacks, or None."""
    missing = [program for program in DAEMONS + ("sbatch", "sinfo") if not path_of(program)]
    if missing:
        return "Slurm is not installed: there is no " + missing[0]
    return "Slurm needs root" if os.geteuid() != 0 else None


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Slurm:
    """`environment`: in which sbatch and sinfo find it. Its files lie in `folder`."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {"SLURM_CONF": os.path.join(folder, "slurm.conf")}
        self.processes = []

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self):
        for name in ("", "state", "spool"):
            os.makedirs(os.path.join(self.folder, name), mode=0o700, exist_ok=True)
        key = os.path.join(self.folder, "munge.key")
        with open(os.open(key, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(os.urandom(128))
        with open(self.environment["SLURM_CONF"], "w") as file:
            file.write(CONFIGURATION.format(
                host=socket.gethostname().split(".")[0], folder=self.folder,
                controller=free_port(), worker=free_port(),
                cores=len(os.sched_getaffinity(0))))
        # It refuses a folder that others may write, such as /tmp, but with --force.
        self.daemon("munged", "--foreground", "--force", "--key-file", key,
                    *("--%s-file=%s/munge.%s" % (what, self.folder, what)
                      for what in ("pid", "log", "seed")),
                    "--socket", os.path.join(self.folder, "munge.socket"))
        self.wait_for(lambda: os.path.exists(os.path.join(self.folder, "munge.socket")))
        self.daemon("slurmctld", "-D", "-c")
        self.daemon("slurmd", "-D", "-c")
        self.wait_for(self.is_idle)

    def daemon(self, program, *arguments):
        log = open(os.path.join(self.folder, program + ".out"), "w")
        with log:
            self.processes.append(subprocess.Popen(
                [path_of(program), *arguments], stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, env=dict(os.environ, **self.environment)))

    def is_idle(self):
        found = subprocess.run([path_of("sinfo"), "-h", "-o", "%T"], capture_output=True,
                               text=True, env=dict(os.environ, **self.environment))
        return found.stdout.strip() == "idle"

    def wait_for(self, true, seconds=60):
        end = time.monotonic() + seconds
        while not true():
            dead = [process for process in self.processes if process.poll() is not None]
            if dead or time.monotonic() > end:
                raise RuntimeError("Slurm did not start:\n" + self.told())
            time.sleep(0.05)

    def told(self):
        """What the daemons said."""
        text = ""
        for program in DAEMONS:
            path = os.path.join(self.folder, program + ".out")
            if os.path.exists(path):
                with open(path, errors="replace") as file:
                    text += "%s:\n%s" % (program, file.read()[-3000:])
        return text
