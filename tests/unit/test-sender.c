/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "midi-fixture.h"
#include "thru-sender.h"

#include <string.h>

#define PIECE 256
#define CABLE_PIECE 64
#define LENGTH 3000

/* A port that notes down what it is sent, and for which the sender has to wait while it has no room. */
typedef struct
{
  ThruBackendPort parent;
  int             room;    /* atomic; sends it takes; below 0: any number */
  int             dead;    /* atomic */
  int             n_sends; /* atomic */
  GMutex          lock;
  GByteArray     *octets;
  gsize           longest; /* octets of one send */
  GThread        *thread;  /* of the last send */
  gint64          last_us;
} Port;

typedef struct
{
  Port        port;
  ThruSender *sender;
  int         done; /* atomic */
  guint8      sysex[LENGTH];
} Fixture;

static gboolean
port_is_alive (ThruBackendPort *parent)
{
  return !g_atomic_int_get (&((Port *) parent)->dead);
}

static uint64_t
port_delay_us (ThruBackendPort *parent,
               size_t           length,
               gboolean         continues)
{
  return g_atomic_int_get (&((Port *) parent)->room) == 0 ? 500 : 0;
}

static void
port_send (ThruBackendPort *parent,
           const uint8_t   *bytes,
           size_t           length)
{
  Port *port = (Port *) parent;
  G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&port->lock);

  port->last_us = g_get_monotonic_time ();
  g_byte_array_append (port->octets, bytes, (guint) length);
  port->longest = MAX (port->longest, length);
  port->thread = g_thread_self ();
  if (g_atomic_int_get (&port->room) > 0)
    g_atomic_int_dec_and_test (&port->room);
  g_atomic_int_inc (&port->n_sends);
}

static void
done_cb (void *user)
{
  g_atomic_int_set (&((Fixture *) user)->done, TRUE);
}

/* @data: octets a second of a cable. */
static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  static const ThruMidiBackend backend = {
    .name = "Test",
    .prefix = "test",
    .piece = PIECE,
    .is_alive = port_is_alive,
    .delay_us = port_delay_us,
    .send = port_send,
  };

  fixture->port.parent = (ThruBackendPort) { .backend = &backend, .pace = GPOINTER_TO_UINT (data) };
  fixture->port.room = -1;
  fixture->port.octets = g_byte_array_new ();
  g_mutex_init (&fixture->port.lock);
  for (guint i = 0; i < LENGTH; i++)
    fixture->sysex[i] = (guint8) ((i * 7 + i / 127) & 0x7f);
  fixture->sysex[0] = 0xf0;
  fixture->sysex[LENGTH - 1] = 0xf7;
  fixture->sender = thru_sender_new (&fixture->port.parent, done_cb, fixture);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  thru_sender_abort (fixture->sender);
  g_assert_true (thru_sender_is_done (fixture->sender, 10 * G_USEC_PER_SEC));
  wait_until (10, g_atomic_int_get (&fixture->done));
  thru_sender_free (fixture->sender);
  g_byte_array_unref (fixture->port.octets);
  g_mutex_clear (&fixture->port.lock);
}

static gsize
get_length (Fixture *fixture)
{
  G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&fixture->port.lock);

  return fixture->port.octets->len;
}

/* What arrived, in three parts: so much of the message's beginning, then @octets. */
static void
assert_octets (Fixture    *fixture,
               gsize       of_sysex,
               const char *octets,
               gsize       length)
{
  G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&fixture->port.lock);
  GByteArray *found = fixture->port.octets;

  g_assert_cmpuint (found->len, ==, of_sysex + length);
  g_assert_cmpmem (found->data, of_sysex, fixture->sysex, of_sysex);
  g_assert_cmpmem (found->data + of_sysex, length, octets, length);
}

/* Returns how far it came: to the end, or until there was no room for a while. */
static gsize
give (Fixture *fixture,
      gsize    length)
{
  gsize at = 0;

  for (guint n_refused = 0; at < length && n_refused < 20; n_refused++)
    {
      gsize n = thru_sender_take_sysex (fixture->sender, fixture->sysex, LENGTH, at, 0);

      at += n;
      if (n > 0)
        n_refused = 0;
      else
        iterate_briefly ();
    }
  return at;
}

/* So that two pieces of it have left, and more of it waits. Returns how far it was taken. */
static gsize
get_stuck_in_the_middle (Fixture *fixture)
{
  gsize at;

  g_atomic_int_set (&fixture->port.room, 2);
  at = give (fixture, LENGTH);
  g_assert_cmpuint (at, >, 2 * PIECE);
  g_assert_cmpuint (at, <, LENGTH);
  wait_until (10, g_atomic_int_get (&fixture->port.n_sends) == 2);
  return at;
}

static void
send_note (Fixture *fixture)
{
  static const uint8_t note[] = { 0x90, 60, 100 };

  g_assert_true (thru_sender_send (fixture->sender, note, sizeof note, 0));
}

static void
test_pieces (Fixture      *fixture,
             gconstpointer data)
{
  g_assert_cmpuint (give (fixture, LENGTH), ==, LENGTH);
  send_note (fixture);
  wait_until (10, get_length (fixture) >= LENGTH + 3);
  assert_octets (fixture, LENGTH, "\x90\x3c\x64", 3);
  g_assert_cmpuint (fixture->port.longest, ==, PIECE);
}

/* As slow as its cable, and no piece is so long that realtime waits for it. */
static void
test_cable (Fixture      *fixture,
            gconstpointer data)
{
  const gint64 octet_us = G_USEC_PER_SEC / GPOINTER_TO_UINT (data);
  gint64 began_us = g_get_monotonic_time ();

  g_assert_cmpuint (give (fixture, LENGTH), ==, LENGTH);
  wait_until (10, get_length (fixture) >= LENGTH);
  assert_octets (fixture, LENGTH, "", 0);
  g_assert_cmpuint (fixture->port.longest, ==, CABLE_PIECE);
  g_assert_cmpint (fixture->port.last_us - began_us, >=, (LENGTH - CABLE_PIECE) * octet_us);
  g_assert_cmpuint (thru_sender_sysex_duration (fixture->sender, LENGTH), ==, LENGTH * octet_us);
}

static void
test_realtime_passes (Fixture      *fixture,
                      gconstpointer data)
{
  static const uint8_t clock = 0xf8;
  gsize at = get_stuck_in_the_middle (fixture);

  g_assert_true (thru_sender_send (fixture->sender, &clock, 1, 0));
  g_atomic_int_set (&fixture->port.room, -1);
  wait_until (10, get_length (fixture) >= at + 1);
  g_assert_cmphex (fixture->port.octets->data[2 * PIECE], ==, 0xf8);
}

static void
test_cancelled (Fixture      *fixture,
                gconstpointer data)
{
  get_stuck_in_the_middle (fixture);
  g_assert_true (thru_sender_break_sysex (fixture->sender));
  send_note (fixture);
  g_atomic_int_set (&fixture->port.room, -1);
  wait_until (10, get_length (fixture) >= 2 * PIECE + 4);
  assert_octets (fixture, 2 * PIECE, "\xf7\x90\x3c\x64", 4);

  /* The next is whole. */
  g_byte_array_set_size (fixture->port.octets, 0);
  g_assert_cmpuint (give (fixture, LENGTH), ==, LENGTH);
  wait_until (10, get_length (fixture) >= LENGTH);
  assert_octets (fixture, LENGTH, "", 0);
}

static void
test_cancelled_before_it_began (Fixture      *fixture,
                                gconstpointer data)
{
  g_atomic_int_set (&fixture->port.room, 0);
  g_assert_cmpuint (give (fixture, LENGTH), >, 0);
  g_assert_true (thru_sender_break_sysex (fixture->sender));
  send_note (fixture);
  g_atomic_int_set (&fixture->port.room, -1);
  wait_until (10, get_length (fixture) >= 3);
  assert_octets (fixture, 0, "\x90\x3c\x64", 3);
}

/* What was accepted still goes; the rest will not come. */
static void
test_finished (Fixture      *fixture,
               gconstpointer data)
{
  gsize at = get_stuck_in_the_middle (fixture);

  thru_sender_finish (fixture->sender);
  g_atomic_int_set (&fixture->port.room, -1);
  g_assert_true (thru_sender_is_done (fixture->sender, 10 * G_USEC_PER_SEC));
  assert_octets (fixture, at, "\xf7", 1);
}

static void
test_finished_at_a_port_without_room (Fixture      *fixture,
                                      gconstpointer data)
{
  gint64 began_us = g_get_monotonic_time ();

  get_stuck_in_the_middle (fixture);
  thru_sender_finish (fixture->sender);
  g_assert_true (thru_sender_is_done (fixture->sender, 10 * G_USEC_PER_SEC));
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, THRU_SENDER_FINISH_US);
  assert_octets (fixture, 2 * PIECE, "\xf7", 1);
}

static void
test_aborted (Fixture      *fixture,
              gconstpointer data)
{
  get_stuck_in_the_middle (fixture);
  thru_sender_abort (fixture->sender);
  g_atomic_int_set (&fixture->port.room, -1);
  g_assert_true (thru_sender_is_done (fixture->sender, 10 * G_USEC_PER_SEC));
  g_assert_cmpuint (get_length (fixture) % PIECE, ==, 0);
}

static void
test_dead_port (Fixture      *fixture,
                gconstpointer data)
{
  get_stuck_in_the_middle (fixture);
  g_atomic_int_set (&fixture->port.dead, TRUE);
  thru_sender_finish (fixture->sender);
  g_atomic_int_set (&fixture->port.room, -1);
  g_assert_true (thru_sender_is_done (fixture->sender, 10 * G_USEC_PER_SEC));
  g_assert_cmpuint (get_length (fixture) % PIECE, ==, 0);
}

/* On the thread that gave it; but never past what waits. */
static void
test_direct (Fixture      *fixture,
             gconstpointer data)
{
  fixture->port.parent.direct = TRUE;
  send_note (fixture);
  g_assert_cmpuint (get_length (fixture), ==, 3);
  g_assert_true (fixture->port.thread == g_thread_self ());

  g_atomic_int_set (&fixture->port.room, 0);
  send_note (fixture);
  g_atomic_int_set (&fixture->port.room, -1);
  wait_until (10, get_length (fixture) == 6);
  g_assert_true (fixture->port.thread != g_thread_self ());
}

#define ADD(path, data, func) g_test_add ("/devices/sender/" path, Fixture, data, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("long-message-goes-in-pieces-and-whole", NULL, test_pieces);
  ADD ("cable-gets-short-pieces-at-its-pace", GUINT_TO_POINTER (10000), test_cable);
  ADD ("realtime-passes-between-pieces", NULL, test_realtime_passes);
  ADD ("what-is-cancelled-ends-with-f7", NULL, test_cancelled);
  ADD ("what-is-cancelled-before-it-began-is-not-sent", NULL, test_cancelled_before_it_began);
  ADD ("what-is-closed-in-the-middle-ends-with-f7", NULL, test_finished);
  ADD ("port-without-room-is-given-up-with-f7", NULL, test_finished_at_a_port_without_room);
  ADD ("what-is-aborted-sends-nothing-more", NULL, test_aborted);
  ADD ("dead-port-is-sent-nothing-more", NULL, test_dead_port);
  ADD ("short-message-goes-at-once", NULL, test_direct);

  return g_test_run ();
}
