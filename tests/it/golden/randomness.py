import random, uuid, secrets, os
print(random.random(), random.sample(range(99), 5), uuid.uuid4(), uuid.uuid1(), secrets.token_hex(8), os.urandom(4))
