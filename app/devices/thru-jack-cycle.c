/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-jack-cycle.h"

#include "thru-midi-message.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <time.h>

#define NOTE_ONS_MAX 256     /* in a period; more are no music */
#define PERIOD_MAX_US 25000  /* what was in time when it was sent */
#define POLY_PRESSURE 0xA0

typedef int (*ProcessFunc) (uint32_t n_frames,
                            void    *user);

typedef size_t (*ReadFunc) (void  *ring,
                            char  *octets,
                            size_t length);

/* As <jack/jack.h> and <jack/ringbuffer.h> declare them. */
int    jack_set_process_callback (void       *client,
                                  ProcessFunc func,
                                  void       *user);
size_t jack_ringbuffer_read (void  *ring,
                             char  *octets,
                             size_t length);

struct _ThruJackCycle
{
  ProcessFunc           func;
  void                 *user;
  atomic_uint_least64_t oldest_us; /* when the oldest note-on was played that may be in the ring; 0: none is */
  atomic_uint           n_late;

  /* JACK's thread. */
  uint8_t *note_ons[NOTE_ONS_MAX];              /* of this period */
  guint    n_note_ons;
};

static atomic_uint_least64_t late_limit_us = 250000;
static _Atomic (ReadFunc) read_ring; /* libjack's */
static _Thread_local ThruJackCycle *made;    /* (nullable): owned */
static _Thread_local ThruJackCycle *running; /* (nullable): whose period this is */

static uint64_t
get_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (uint64_t) now.tv_sec * 1000000 + (uint64_t) now.tv_nsec / 1000;
}

static gboolean
is_late (uint64_t oldest_us)
{
  uint64_t limit_us = atomic_load (&late_limit_us);

  return limit_us != 0 && oldest_us != 0 && get_time () > oldest_us + limit_us + PERIOD_MAX_US;
}

/* A message can not be taken out of a period any more, only changed: what RtMidi does with it then depends on its version. No
 * pressure on a key is silent, and unlike a note-off leaves alone whoever else may hold it. */
static void
silence (ThruJackCycle *self)
{
  for (guint i = 0; i < self->n_note_ons; i++)
    {
      uint8_t *message = self->note_ons[i];

      message[0] = (uint8_t) (POLY_PRESSURE | (message[0] & 0x0F));
      message[2] = 0;
    }
  atomic_fetch_add (&self->n_late, self->n_note_ons);
}

/* JACK's thread, in real time. */
static int
process (uint32_t n_frames,
         void    *user)
{
  ThruJackCycle *self = user;
  uint64_t oldest_us = atomic_exchange (&self->oldest_us, 0);
  int result;

  self->n_note_ons = 0;
  running = self;
  result = self->func (n_frames, self->user);
  running = NULL;
  /* Now, for the program may have been stopped in the middle of it. */
  if (self->n_note_ons > 0 && is_late (oldest_us))
    silence (self);
  return result;
}

/* Looked up before JACK's thread, which has no time for that, comes to it. */
static ReadFunc
look_up_read_ring (void)
{
  ReadFunc function = atomic_load (&read_ring);

  if (function == NULL)
    *(void **) &function = dlsym (RTLD_NEXT, "jack_ringbuffer_read");
  atomic_store (&read_ring, function);
  return function;
}

int
jack_set_process_callback (void       *client,
                           ProcessFunc func,
                           void       *user)
{
  int (*function) (void *client, ProcessFunc func, void *user) = NULL;

  *(void **) &function = dlsym (RTLD_NEXT, "jack_set_process_callback");
  if (function == NULL || look_up_read_ring () == NULL)
    return -1;

  thru_jack_cycle_free (made);
  made = g_new0 (ThruJackCycle, 1);
  made->func = func;
  made->user = user;
  return function (client, process, made);
}

size_t
jack_ringbuffer_read (void  *ring,
                      char  *octets,
                      size_t length)
{
  size_t n = look_up_read_ring () (ring, octets, length);
  ThruJackCycle *self = running;

  if (self != NULL && self->n_note_ons < NOTE_ONS_MAX && thru_midi_is_note_on ((uint8_t *) octets, n))
    self->note_ons[self->n_note_ons++] = (uint8_t *) octets;
  return n;
}

void
thru_jack_cycle_begin (void)
{
  thru_jack_cycle_free (g_steal_pointer (&made));
}

ThruJackCycle *
thru_jack_cycle_take (void)
{
  return g_steal_pointer (&made);
}

void
thru_jack_cycle_free (ThruJackCycle *cycle)
{
  g_free (cycle);
}

void
thru_jack_cycle_sends (ThruJackCycle *cycle,
                       const uint8_t *message,
                       size_t         length,
                       uint64_t       time_us)
{
  uint_least64_t oldest_us = 0;

  if (cycle == NULL || !thru_midi_is_note_on (message, length))
    return;
  while (oldest_us == 0 || time_us < oldest_us)
    if (atomic_compare_exchange_strong (&cycle->oldest_us, &oldest_us, time_us))
      break;
}

guint
thru_jack_cycle_take_late (ThruJackCycle *cycle)
{
  if (cycle == NULL || atomic_load_explicit (&cycle->n_late, memory_order_relaxed) == 0)
    return 0;
  return atomic_exchange (&cycle->n_late, 0);
}

void
thru_jack_cycle_set_late_limit (guint64 us)
{
  atomic_store (&late_limit_us, us);
}
