"""The AWS CLI, loaded once: each line of stdin asks for one run, made in a fork, with arguments, environment and files of its own.

In: {"id", "args", "env", "stdout", "stderr"}; out: {"id", "code"}. Most of what a call of the CLI costs is its imports.
"""
import json
import os
import sys
import traceback

import awscli.clidriver
import botocore.session

botocore.session.get_session().get_service_model("networkflowmonitor")


def run(ask):
    # Where the CLI's own data lies is put into the environment by its import.
    data = os.environ["AWS_DATA_PATH"]
    os.environ.clear()
    os.environ.update(ask["env"], AWS_DATA_PATH=data)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(ask["stdout"], os.O_WRONLY | os.O_CREAT, 0o600), 1)
    os.dup2(os.open(ask["stderr"], os.O_WRONLY | os.O_CREAT, 0o600), 2)
    sys.argv = ["aws", *ask["args"]]
    return awscli.clidriver.main()


for line in sys.stdin:
    ask = json.loads(line)
    if os.fork() == 0:
        answers = os.dup(1)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = run(ask)
            except SystemExit as end:
                code = end.code or 0
            except BaseException:
                traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code or 0)
        _, status = os.waitpid(child, 0)
        os.write(answers, (json.dumps({"id": ask["id"], "code": os.waitstatus_to_exitcode(status)}) + "\n").encode())
        os._exit(0)
    # Those that ended are not kept.
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
