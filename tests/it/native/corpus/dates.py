#: days between, weekdays, leap years
from datetime import date, timedelta
def weekdays(a, b): return sum((a + timedelta(n)).weekday() < 5 for n in range((b - a).days))
a, b = date(2024, 2, 27), date(2024, 3, 5)
print((b - a).days, weekdays(a, b), a.strftime("%A %d %B %Y, week %V of %G, day %j"), a.isocalendar(), date.fromisocalendar(2020, 53, 7), date(2023, 12, 31).toordinal(), date.fromordinal(1), a.replace(day=29), max(a, b), a.ctime())
for wrong in (lambda: date(2023, 2, 29), lambda: date(0, 1, 1), lambda: a.replace(month=13), lambda: date.max + timedelta(1)):
    try: wrong()
    except (ValueError, OverflowError) as error: print(type(error).__name__)

#: moments, offsets and zones
from datetime import datetime, timedelta, timezone, time
t = datetime(2021, 3, 14, 15, 9, 26, 535897, timezone(timedelta(hours=5, minutes=30), "IST"))
print(t, t.isoformat(timespec="minutes"), t.astimezone(timezone.utc), t.timestamp(), t.utcoffset(), t.tzname(), repr(t), t.timetuple()[:6], t.date(), t.timetz())
print(datetime.fromisoformat("2020-01-02T03:04:05+02:00"), datetime.fromtimestamp(0, timezone.utc), datetime.strptime("03/Feb/2019:04:05 +0130", "%d/%b/%Y:%H:%M %z"), datetime.min, datetime.combine(t.date(), time(1, 2)), t == t.astimezone(timezone.utc))
try: t < datetime(2021, 1, 1)
except TypeError as error: print(error)
for text in ("2020-13-01", "yesterday", "20200102T030405"):
    try: print(datetime.fromisoformat(text))
    except ValueError: print("no date")

#: zones by name
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError
t = datetime(2021, 3, 28, 1, 30, tzinfo=ZoneInfo("Europe/Berlin"))
print(t, t + timedelta(hours=1), (t + timedelta(hours=1)).utcoffset(), t.astimezone(ZoneInfo("America/New_York")), t.astimezone(ZoneInfo("Asia/Kolkata")), datetime(2021, 10, 31, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")).utcoffset(), t.tzinfo.key)
try: ZoneInfo("Mars/Olympus")
except ZoneInfoNotFoundError as error: print("no zone")

#: durations
from datetime import timedelta as d
x = d(days=1, hours=-3, microseconds=7)
print(x, repr(x), x.total_seconds(), x / 2, x // d(hours=1), x % d(hours=2), divmod(x, d(hours=5)), -x, abs(d(-1)), x * 1.5, d(weeks=2) > d(13), str(d(-1, 5)), d.max, sum([d(1), d(2)], d()), d(milliseconds=1.5))

#: calendars
import calendar
print(calendar.month(2024, 2), calendar.isleap(1900), calendar.leapdays(2000, 2025), tuple(map(int, calendar.monthrange(2023, 2))), calendar.weekday(1969, 7, 20), calendar.monthcalendar(2021, 2)[0])
c = calendar.TextCalendar(calendar.SUNDAY); print(c.formatmonth(2025, 8), list(c.itermonthdays(2025, 2))[:9], calendar.timegm((1970, 1, 2, 0, 0, 0)), list(calendar.day_abbr), calendar.month_name[12])

#: times as tuples and texts
import calendar, time
t = time.gmtime(1e9)
print(t, time.strftime("%Y-%m-%d %H:%M:%S %a %b %p %y %U", t), time.strptime("12 Mar 99", "%d %b %y")[:3], time.asctime(t), calendar.timegm(t), t.tm_yday)
started = time.perf_counter(); time.sleep(0.02); print(0.02 <= time.perf_counter() - started < 1, time.monotonic() <= time.monotonic(), time.time_ns() > 1e18)
try: time.strptime("x", "%Y")
except ValueError as error: print(error)

#: the nth weekday of months, and birthdays
from datetime import date, timedelta
def nth(year, month, weekday, n):
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (n - 1))
def age(born, today): return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
print(nth(2024, 11, 3, 4), [nth(2023, m, 4, 3).isoformat() for m in (3, 6)], age(date(2000, 2, 29), date(2023, 2, 28)), age(date(2000, 2, 29), date(2023, 3, 1)))
print([date(y, m, 13).isoformat() for y in (2023, 2024) for m in range(1, 13) if date(y, m, 13).weekday() == 4])

#: a schedule of meetings without overlap
from datetime import datetime
meetings = [("a", "09:00", "10:30"), ("b", "10:00", "11:00"), ("c", "10:30", "12:00"), ("d", "11:00", "11:30")]
def clock(text): return datetime.strptime(text, "%H:%M").time()
chosen, free = [], clock("00:00")
for name, start, end in sorted(meetings, key=lambda m: clock(m[2])):
    if clock(start) >= free: chosen.append(name); free = clock(end)
print(chosen, free, clock("23:59").replace(hour=1), f"{clock('09:05'):%I:%M %p}")
