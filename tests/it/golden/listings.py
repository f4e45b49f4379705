import os, glob, tempfile
for name in ['z', 'a', 'M', 'é', '10', '9']: open(name, 'w').close()
print(os.listdir(), [e.inode() for e in os.scandir()], glob.glob('*'), tempfile.mkdtemp(), tempfile.mkstemp())
print(os.listdir('/'), os.listdir('/tmp'))
