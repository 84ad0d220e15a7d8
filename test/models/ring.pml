/*
 * How the two sides of `ring` wait and wake: src/parallel/links/ring.ts.
 *
 * One thread writes COUNT elements through CAPACITY places and closes, one reads until the end. Each step is one that is atomic
 * there: `Atomics` are sequentially consistent. What is checked: no side sleeps for ever (an invalid end state), and what was
 * written is read, in order (the assertions).
 *
 * Each side remembers how far the other was, and looks again only when that leaves it nothing to do.
 *
 * Three ways to lose a wake-up can be planted:
 *   -DNO_SECOND_LOOK   who found nothing sleeps without looking again after it has said that it waits
 *   -DASK_FIRST        who publishes asks whether the other waits before it publishes, and not after
 *   -DSTALE_LOOK       who looks again before sleeping goes by what it remembers
 */
#ifndef COUNT
#define COUNT 4
#endif
#ifndef CAPACITY
#define CAPACITY 2
#endif

byte written = 0, read = 0;
bool closed = false;
byte store[CAPACITY];

/* For each side: whether it waits, and how often it was woken. */
#define READER 0
#define WRITER 1
bool waits[2];
byte wakes[2];

/* Atomics.notify wakes who sleeps; Atomics.wait sleeps only while the counter is what was seen. */
#define SLEEP(side, seen) (wakes[side] != seen)

inline wake(side) {
  waits[side] = false;
  wakes[side]++
}

#ifdef ASK_FIRST
#define PUBLISH(count, other) asked = waits[other]; count++; if :: asked -> wake(other) :: else fi
#else
#define PUBLISH(count, other) count++; if :: waits[other] -> wake(other) :: else fi
#endif

#if defined(NO_SECOND_LOOK)
#define LOOK_AGAIN(ready, remembered) false
#elif defined(STALE_LOOK)
#define LOOK_AGAIN(ready, remembered) (remembered)
#else
#define LOOK_AGAIN(ready, remembered) (ready)
#endif

active proctype writer() {
  byte next = 0, seen, known = 0;
  bool asked;
  do
  :: next < COUNT ->
    if
    :: next - known < CAPACITY
    :: else -> known = read
    fi;
    if
    :: next - known < CAPACITY ->
      store[next % CAPACITY] = next;
      next++;
      PUBLISH(written, READER)
    :: else ->
      seen = wakes[WRITER];
      waits[WRITER] = true;
      if
      :: LOOK_AGAIN(closed || written - read < CAPACITY, closed || next - known < CAPACITY)
      :: else -> SLEEP(WRITER, seen)
      fi
    fi
  :: else -> break
  od;
  closed = true;
  wake(READER);
  wake(WRITER)
}

active proctype reader() {
  byte next = 0, seen, known = 0;
  bool asked, end = false;
  do
  :: true ->
    if
    :: next != known
    :: else -> known = written
    fi;
    if
    :: next != known ->
      assert(store[next % CAPACITY] == next);
      next++;
      PUBLISH(read, WRITER)
    :: else ->
      if
      :: end -> break
      /* What was written before it was closed is still read. */
      :: !end && closed -> end = true
      :: else ->
        seen = wakes[READER];
        waits[READER] = true;
        if
        :: LOOK_AGAIN(closed || written != read, closed || next != known)
        :: else -> SLEEP(READER, seen)
        fi
      fi
    fi
  od;
  assert(next == COUNT)
}
