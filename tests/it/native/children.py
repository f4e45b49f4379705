import subprocess, sys, os
from subprocess import PIPE, STDOUT, DEVNULL
me = sys.executable
show = 'import sys, os; print(sys.argv[1:], sys.stdin.read(), flush=True); print("err", file=sys.stderr); sys.exit(3)'
r = subprocess.run([me, '-c', show, 'a', 'b c'], input='text', capture_output=True, text=True)
print(r.returncode, repr(r.stdout), repr(r.stderr))
r = subprocess.run([me, '-c', show], input=b'bytes', stdout=PIPE, stderr=STDOUT); print(r.stdout)
print(subprocess.run([me, '-c', show], stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL).returncode)
for check in (subprocess.check_call, subprocess.check_output):
    try: check([me, '-c', 'import sys; sys.exit(4)'])
    except subprocess.CalledProcessError as e: print(e.returncode, e.output)
try: subprocess.run([me, '-c', '1/0'], check=True, capture_output=True)
except subprocess.CalledProcessError as e: print(e.stderr.splitlines()[-1])
open('child.py', 'w').write('import sys\nprint(__name__, __file__, sys.argv)\nopen("made", "a").write("x")\n')
print(subprocess.check_output([me, 'child.py', '--n', '1'], text=True), open('made').read())
os.mkdir('sub'); print(subprocess.check_output([me, '-c', 'import os; print(os.getcwd())'], cwd='sub', text=True))
print(subprocess.check_output([me, '-c', 'import os; print(os.environ["A"], "GIVEN" in os.environ)'], env={'A': 'é', 'PATH': os.environ['PATH']}, encoding='utf-8'))
with open('log', 'w') as log: print(subprocess.call([me, '-c', show], stdout=log, stderr=STDOUT, stdin=DEVNULL))
print(open('log').read())
with open('child.py') as file: print(subprocess.check_output([me, '-c', 'print(len(input()))'], stdin=file))
p = subprocess.Popen([me, '-c', 'for _ in range(2): print(input() * 2)'], stdin=PIPE, stdout=PIPE, text=True)
p.stdin.write('ab\ncd\n'); p.stdin.close(); print(list(p.stdout), p.wait(), p.poll(), p.returncode)
with subprocess.Popen([me, '-c', 'print(1); print(2)'], stdout=PIPE) as p: print(p.stdout.readline(), p.stdout.read())
p = subprocess.Popen([me, '-c', 'import sys; sys.stderr.write(sys.stdin.read())'], stdin=PIPE, stderr=PIPE)
print(p.communicate(b'x' * 9), p.returncode, isinstance(p, subprocess.Popen), p.args[0] == me)
sys.stdout.flush()
print(os.system('python3 -c "print(5)"'), os.waitstatus_to_exitcode(os.system("A=1 python3 -c 'import os, sys; sys.exit(int(os.environ[\"A\"]))'")))
print(subprocess.getoutput(r'python3 -c "print(\"(;\", 1)"'))
print(subprocess.getstatusoutput('python3 -c "print(6)"'), os.popen('python3 -c "print(7)"').read())
print(subprocess.run('python3 child.py', shell=True, stdout=PIPE, text=True).stdout)
print(subprocess.run([me, '-m', 'json.tool', '--compact'], input='{ "a": 1}', text=True, stdout=PIPE).stdout)
for wrong in (['no-such-command'], [me, '-c', '1']):
    try: subprocess.run(wrong, cwd='nowhere' if wrong[0] == me else None)
    except FileNotFoundError as e: print(e.filename)
deep = 'import subprocess, sys; n = int(sys.argv[1]); print(n, flush=True); n and subprocess.run([sys.executable, "-c", sys.argv[2], str(n - 1), sys.argv[2]])'
print(subprocess.check_output([me, '-c', deep, '2', deep], text=True))
print(subprocess.check_output([me, '-c', 'import sys; print(sys.stdin.readline())'], stdin=DEVNULL))
# What a descriptor was made to lead to, a child has too.
sys.stdout.flush(); kept = os.dup(1)
with open('redirected', 'w') as file: os.dup2(file.fileno(), 1)
print('own', flush=True); subprocess.run([me, '-c', 'print("child")']); os.system('python3 -c "print(8)"')
os.dup2(kept, 1); os.close(kept); print(open('redirected').read().split())
