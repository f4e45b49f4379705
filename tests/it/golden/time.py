import time, datetime
print(time.time_ns(), time.monotonic(), time.perf_counter_ns(), time.process_time())
time.sleep(90)
print(datetime.datetime.now(), time.strftime('%c'), time.monotonic())
