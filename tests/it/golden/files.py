import os, shutil, json, pathlib
os.makedirs('out/deep')
pathlib.Path('out/deep/f.bin').write_bytes(bytes(range(256)) * 99)
shutil.copytree('out', 'copy')
os.rename('copy/deep/f.bin', 'copy/g')
os.symlink('g', 'copy/link')
json.dump({'b': [1, 2.5], 'a': None}, open('data.json', 'w'))
os.unlink('given.txt')
print(json.load(open('data.json')), [*os.walk('.')], os.stat('copy/g'), open('copy/link', 'rb').read(3))
