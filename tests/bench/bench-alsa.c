/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* An instrument on the ALSA sequencer that measures ways to itself, for bench_alsa.py. For each way it has two pairs of ports,
 * WAY-there and WAY-back, in which what leaves the one of "Bench keys" is to come in at the one of "Bench synth"; those of the
 * way "direct" are connected by itself. It reads commands, and answers each with a line:
 *
 *   notes WAY N RATE BOTH  plays N notes and note-offs, there or (BOTH: 1) both ways: how long each took that came, microseconds
 *   flood WAY N RATE       plays N controllers: how many came, how many of them twice, how many were not taken at once, and how
 *                          often it was late itself, and lost some
 *   sysex WAY LENGTH       plays one message: how many of its octets came as they were, until the first other one
 *
 * RATE: a second. */

#include <alsa/asoundlib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define N_WAYS 3
#define N_PORTS (2 * N_WAYS)
#define MESSAGES_MAX 65536
#define NOTES_MAX (2 * 128 * 127)
#define SYSEX_MAX 65536
#define PIECE 256         /* octets of a System Exclusive in one event */
#define PIECE_NS 5000000
#define POOL 1000         /* the most that the kernel grants */
#define OVER_NS 1500000000 /* when nothing has come for so long, nothing more does */
#define TICK_NS 50000000
#define WAIT_NS 1000000

static const char *const ways[N_WAYS] = { "direct", "aseqnet", "thruwall" };
static const char *const directions[2] = { "there", "back" };

static snd_seq_t *keys;
static snd_seq_t *synth;
static unsigned n_waits;
static unsigned next_note; /* rounds continue the stream: what comes again and again looks like a loop */

/* Of the reading thread. */
static atomic_ullong came_ns[2][MESSAGES_MAX]; /* there and back */
static atomic_uint n_came;                     /* events */
static atomic_uint n_twice;
static atomic_uint n_overflows;
static uint8_t sysex[2 * SYSEX_MAX];
static atomic_uint n_sysex;

static uint64_t
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (uint64_t) now.tv_sec * 1000000000 + (uint64_t) now.tv_nsec;
}

static void
sleep_until (uint64_t ns)
{
  struct timespec until = { (time_t) (ns / 1000000000), (long) (ns % 1000000000) };

  clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

static void
check (int         result,
       const char *what)
{
  if (result >= 0)
    return;
  fprintf (stderr, "bench-alsa: %s: %s\n", what, snd_strerror (result));
  exit (1);
}

/* Number @i of the notes, and which one an event is. */
static void
make_note (snd_seq_event_t *event,
           unsigned         i)
{
  unsigned pair = i / 2 % (NOTES_MAX / 2);

  if (i % 2 == 0)
    snd_seq_ev_set_noteon (event, 0, pair % 128, 1 + pair / 128);
  else
    snd_seq_ev_set_noteoff (event, 0, pair % 128, 1 + pair / 128);
}

static unsigned
find_note (const snd_seq_event_t *event)
{
  return 2 * (event->data.note.note + 128u * (event->data.note.velocity - 1u)) + (event->type == SND_SEQ_EVENT_NOTEOFF);
}

static void
make_controller (snd_seq_event_t *event,
                 unsigned         i)
{
  snd_seq_ev_set_controller (event, (int) (i % 16), i / 16 % 120, (int) (i / 16 / 120));
}

static unsigned
find_controller (const snd_seq_event_t *event)
{
  return event->data.control.channel + 16 * (event->data.control.param + 120 * (unsigned) event->data.control.value);
}

static void
note_time (unsigned port,
           unsigned i,
           uint64_t ns)
{
  if (i >= MESSAGES_MAX)
    return;
  if (atomic_exchange (&came_ns[port % 2][i], ns) != 0)
    atomic_fetch_add (&n_twice, 1);
}

static void
take (const snd_seq_event_t *event)
{
  uint64_t ns = now_ns ();
  unsigned length = event->data.ext.len;
  unsigned at = atomic_load (&n_sysex);

  switch (event->type)
    {
    case SND_SEQ_EVENT_NOTEON:
    case SND_SEQ_EVENT_NOTEOFF:
      note_time (event->dest.port, find_note (event), ns);
      break;

    case SND_SEQ_EVENT_CONTROLLER:
      note_time (event->dest.port, find_controller (event), ns);
      break;

    case SND_SEQ_EVENT_SYSEX:
      if (length > sizeof sysex - at)
        return;
      memcpy (sysex + at, event->data.ext.ptr, length);
      atomic_store (&n_sysex, at + length);
      break;

    default:
      return;
    }
  atomic_fetch_add (&n_came, 1);
}

static void *
read_synth (void *unused)
{
  snd_seq_event_t *event;

  for (;;)
    {
      int result = snd_seq_event_input (synth, &event);

      if (result >= 0)
        take (event);
      else if (result == -ENOSPC)
        atomic_fetch_add (&n_overflows, 1);
    }
  return NULL;
}

/* Who is played has no room when it is late, and what it does not take is lost: so this counts that, and waits. */
static void
send_event (snd_seq_event_t *event,
            unsigned         port)
{
  int result;

  snd_seq_ev_set_source (event, port);
  snd_seq_ev_set_subs (event);
  snd_seq_ev_set_direct (event);
  while ((result = snd_seq_event_output_direct (keys, event)) == -EAGAIN)
    {
      n_waits++;
      sleep_until (now_ns () + WAIT_NS);
    }
  check (result, "an event can not be sent");
}

static void
forget (void)
{
  for (unsigned i = 0; i < MESSAGES_MAX; i++)
    {
      atomic_store (&came_ns[0][i], 0);
      atomic_store (&came_ns[1][i], 0);
    }
  atomic_store (&n_came, 0);
  atomic_store (&n_twice, 0);
  atomic_store (&n_sysex, 0);
  atomic_store (&n_overflows, 0);
  n_waits = 0;
}

static void
wait_until_over (unsigned n)
{
  uint64_t until_ns = now_ns () + OVER_NS;
  unsigned last = 0;

  while (atomic_load (&n_came) < n && now_ns () < until_ns)
    {
      if (last != atomic_load (&n_came))
        until_ns = now_ns () + OVER_NS;
      last = atomic_load (&n_came);
      sleep_until (now_ns () + TICK_NS);
    }
}

static void
play_notes (unsigned port,
            unsigned n,
            unsigned rate,
            unsigned both)
{
  static uint64_t sent_ns[2][MESSAGES_MAX];
  uint64_t next_ns = now_ns ();
  unsigned n_directions = both ? 2 : 1;

  /* There and back in turn. */
  for (unsigned i = 0; i < n * n_directions; i++)
    {
      unsigned direction = i % n_directions;
      unsigned number = (next_note + i / n_directions) % NOTES_MAX;
      snd_seq_event_t event;

      next_ns += 1000000000 / (rate * n_directions);
      sleep_until (next_ns);
      snd_seq_ev_clear (&event);
      make_note (&event, number);
      sent_ns[direction][number] = now_ns ();
      send_event (&event, port + direction);
    }
  wait_until_over (n * n_directions);

  for (unsigned i = 0; i < n * n_directions; i++)
    {
      unsigned direction = i % n_directions;
      unsigned number = (next_note + i / n_directions) % NOTES_MAX;
      uint64_t came = atomic_load (&came_ns[direction][number]);

      if (came != 0)
        printf ("%.1f ", (double) (came - sent_ns[direction][number]) / 1000);
    }
  putchar ('\n');
  next_note = (next_note + n) % NOTES_MAX;
}

static void
play_flood (unsigned port,
            unsigned n,
            unsigned rate)
{
  uint64_t next_ns = now_ns ();

  for (unsigned i = 0; i < n; i++)
    {
      snd_seq_event_t event;

      next_ns += 1000000000 / rate;
      if (now_ns () < next_ns)
        sleep_until (next_ns);
      snd_seq_ev_clear (&event);
      make_controller (&event, i);
      send_event (&event, port);
    }
  wait_until_over (n);
  printf ("%u %u %u %u\n", atomic_load (&n_came), atomic_load (&n_twice), n_waits, atomic_load (&n_overflows));
}

static void
play_sysex (unsigned port,
            unsigned length)
{
  static uint8_t dump[SYSEX_MAX];
  uint64_t next_ns = now_ns ();
  unsigned n = 0;

  for (unsigned i = 0; i < length; i++)
    dump[i] = (uint8_t) ((i * 7 + i / 127) & 0x7f);
  dump[0] = 0xF0;
  dump[length - 1] = 0xF7;

  for (unsigned at = 0; at < length; at += PIECE)
    {
      snd_seq_event_t event;

      next_ns += PIECE_NS;
      sleep_until (next_ns);
      snd_seq_ev_clear (&event);
      snd_seq_ev_set_sysex (&event, length - at < PIECE ? length - at : PIECE, dump + at);
      send_event (&event, port);
    }
  /* Events may be cut anew: until nothing more comes. */
  wait_until_over (MESSAGES_MAX);
  while (n < length && n < atomic_load (&n_sysex) && sysex[n] == dump[n])
    n++;
  printf ("%u\n", atomic_load (&n_sysex) > length ? 0 : n);
}

/* The port of its way there; the one back is the next. */
static int
find_way (const char *way)
{
  for (int i = 0; i < N_WAYS; i++)
    if (strcmp (ways[i], way) == 0)
      return 2 * i;
  return -1;
}

static int
obey (const char *line)
{
  char way[16];
  unsigned n;
  unsigned rate;
  unsigned both;
  int port = sscanf (line, "%*s %15s", way) == 1 ? find_way (way) : -1;

  if (port < 0)
    return 0;
  forget ();
  if (sscanf (line, "notes %*s %u %u %u", &n, &rate, &both) == 3 && n <= NOTES_MAX && rate > 0)
    play_notes ((unsigned) port, n, rate, both);
  else if (sscanf (line, "flood %*s %u %u", &n, &rate) == 2 && n <= MESSAGES_MAX && rate > 0)
    play_flood ((unsigned) port, n, rate);
  else if (sscanf (line, "sysex %*s %u", &n) == 1 && n >= 3 && n <= SYSEX_MAX)
    play_sysex ((unsigned) port, n);
  else
    return 0;
  fflush (stdout);
  return 1;
}

static void
make_ports (void)
{
  const unsigned readable = SND_SEQ_PORT_CAP_READ | SND_SEQ_PORT_CAP_SUBS_READ;
  const unsigned playable = SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_SUBS_WRITE;

  check (snd_seq_open (&keys, "default", SND_SEQ_OPEN_OUTPUT, 0), "no sequencer");
  check (snd_seq_open (&synth, "default", SND_SEQ_OPEN_DUPLEX, 0), "no sequencer");
  check (snd_seq_set_client_name (keys, "Bench keys"), "no name");
  check (snd_seq_set_client_name (synth, "Bench synth"), "no name");
  check (snd_seq_set_client_pool_input (synth, POOL), "no pool");
  for (unsigned i = 0; i < N_PORTS; i++)
    {
      char name[32];

      snprintf (name, sizeof name, "%s-%s", ways[i / 2], directions[i % 2]);
      check (snd_seq_create_simple_port (keys, name, readable, SND_SEQ_PORT_TYPE_MIDI_GENERIC), "no port");
      check (snd_seq_create_simple_port (synth, name, playable, SND_SEQ_PORT_TYPE_MIDI_GENERIC), "no port");
    }
  for (int i = 0; i < 2; i++)
    check (snd_seq_connect_from (synth, i, snd_seq_client_id (keys), i), "no connection");
}

int
main (void)
{
  char line[256];
  pthread_t reader;

  make_ports ();
  if (pthread_create (&reader, NULL, read_synth, NULL) != 0)
    return 1;
  puts ("ready");
  fflush (stdout);
  while (fgets (line, sizeof line, stdin) != NULL)
    if (!obey (line))
      {
        fprintf (stderr, "bench-alsa: not understood: %s", line);
        return 2;
      }
  return 0;
}
