import sys
print('partly')
sys.exit('gave up')
