/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-meter.h"

#include "thru-midi-message.h"

#include <stdatomic.h>
#include <stdlib.h>

#define VALUE_MAX 127u

struct _ThruMeter
{
  _Atomic uint32_t n_refs;
  _Atomic uint32_t messages;
  _Atomic uint32_t realtime;
  _Atomic uint32_t peak;
  _Atomic uint32_t lost;
  _Atomic uint32_t late;
};

/* A bit for each armed watch: one look at it is all that a message costs while nobody waits. */
static _Atomic uint32_t armed;
static _Atomic uint32_t n_watches;
static _Atomic (ThruMeterWakeFunc) wakes[THRU_METER_WATCHES];

static void
wake_watches (void)
{
  uint32_t due;

  if (atomic_load (&armed) == 0)
    return;
  due = atomic_exchange (&armed, 0);
  for (unsigned watch = 0; watch < THRU_METER_WATCHES; watch++)
    {
      if (due & 1u << watch)
        atomic_load_explicit (&wakes[watch], memory_order_acquire) ();
    }
}

/* How loud a message is, 0 to 127: what has no loudness moves the counter only. */
static uint32_t
message_value (const uint8_t *message,
               size_t         length)
{
  uint32_t bend;

  switch (message[0] & 0xf0)
    {
    case 0x90: /* velocity 0 is a note-off */
    case 0xa0:
    case 0xb0:
      return length == 3 ? message[2] : 0;

    case 0xd0:
      return length == 2 ? message[1] : 0;

    case 0xe0:
      if (length != 3)
        return 0;
      bend = (uint32_t)message[1] | (uint32_t)message[2] << 7;
      return (bend > 8192 ? bend - 8192 : 8192 - bend) >> 6;

    default:
      return 0;
    }
}

static void
raise_peak (ThruMeter *meter,
            uint32_t   value)
{
  uint32_t peak = atomic_load_explicit (&meter->peak, memory_order_relaxed);

  if (value > VALUE_MAX)
    value = VALUE_MAX;
  while (value > peak &&
         !atomic_compare_exchange_weak_explicit (&meter->peak, &peak, value,
                                                 memory_order_relaxed, memory_order_relaxed))
    continue;
}

static void
read_counters (ThruMeter       *meter,
               ThruMeterSample *sample)
{
  /* In one order with arming: either the watch wakes, or who armed it sees the count. */
  sample->messages = atomic_load (&meter->messages);
  sample->late = atomic_load (&meter->late);
  sample->realtime = atomic_load_explicit (&meter->realtime, memory_order_relaxed);
  sample->lost = atomic_load_explicit (&meter->lost, memory_order_relaxed);
}

ThruMeter *
thru_meter_new (void)
{
  ThruMeter *meter = malloc (sizeof *meter);

  if (meter == NULL)
    return NULL;
  atomic_init (&meter->n_refs, 1);
  atomic_init (&meter->messages, 0);
  atomic_init (&meter->realtime, 0);
  atomic_init (&meter->peak, 0);
  atomic_init (&meter->lost, 0);
  atomic_init (&meter->late, 0);
  return meter;
}

ThruMeter *
thru_meter_ref (ThruMeter *meter)
{
  atomic_fetch_add_explicit (&meter->n_refs, 1, memory_order_relaxed);
  return meter;
}

void
thru_meter_unref (ThruMeter *meter)
{
  if (atomic_fetch_sub_explicit (&meter->n_refs, 1, memory_order_acq_rel) == 1)
    free (meter);
}

void
thru_meter_count (ThruMeter     *meter,
                  const uint8_t *message,
                  size_t         length)
{
  if (length == 0)
    return;
  if (thru_midi_is_realtime (message[0]))
    {
      atomic_fetch_add_explicit (&meter->realtime, 1, memory_order_relaxed);
      return;
    }
  atomic_fetch_add (&meter->messages, 1);
  raise_peak (meter, message_value (message, length));
  wake_watches ();
}

void
thru_meter_lose (ThruMeter *meter,
                 uint32_t   n)
{
  atomic_fetch_add_explicit (&meter->lost, n, memory_order_relaxed);
}

void
thru_meter_add_late (ThruMeter *meter,
                     uint32_t   n)
{
  atomic_fetch_add (&meter->late, n);
  wake_watches ();
}

void
thru_meter_report (ThruMeter *meter,
                   uint32_t   messages,
                   uint32_t   peak)
{
  atomic_fetch_add (&meter->messages, messages);
  raise_peak (meter, peak);
  wake_watches ();
}

void
thru_meter_sample (ThruMeter       *meter,
                   ThruMeterSample *sample)
{
  read_counters (meter, sample);
  sample->peak = atomic_exchange_explicit (&meter->peak, 0, memory_order_relaxed);
}

void
thru_meter_peek (ThruMeter       *meter,
                 ThruMeterSample *sample)
{
  read_counters (meter, sample);
  sample->peak = atomic_load_explicit (&meter->peak, memory_order_relaxed);
}

unsigned
thru_meter_watch_add (ThruMeterWakeFunc wake)
{
  uint32_t watch = atomic_fetch_add (&n_watches, 1);

  if (watch >= THRU_METER_WATCHES)
    {
      atomic_store (&n_watches, THRU_METER_WATCHES);
      return THRU_METER_WATCHES;
    }
  atomic_store_explicit (&wakes[watch], wake, memory_order_release);
  return watch;
}

void
thru_meter_watch_arm (unsigned watch)
{
  if (watch < THRU_METER_WATCHES)
    atomic_fetch_or (&armed, 1u << watch);
}
