/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "connection-fixture.h"
#include "test-room.h"
#include "thru-link-streams.h"
#include "thru-patchbay.h"

#include <sys/eventfd.h>
#include <unistd.h>

#define ADDRESS 0x80000001u
#define LIMIT 10u

/* A patchbay with one output, and a link that may play ten messages; the clock stands still. */
typedef struct
{
  TestConnection  there;
  ThruConnection *link;     /* with it */
  ThruPatchbay   *patchbay;
  ThruMeter      *meter;
  guint           n_played;
  gint64          now_us;
} Fixture;

static const guint8 controller[] = { 0xb0, 7, 64 };
static const guint8 note_off[] = { 0x80, 60, 64 };

static void
woke_cb (gpointer user)
{
}

static bool
send_cb (void          *user,
         const uint8_t *message,
         size_t         length,
         uint64_t       time_us)
{
  ((Fixture *)user)->n_played++;
  return true;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  test_connection_set_up (&fixture->there);
  fixture->link = fixture->there.connection;
  fixture->now_us = g_get_monotonic_time () + G_USEC_PER_SEC;

  fixture->meter = thru_meter_new ();
  fixture->patchbay = thru_patchbay_new (g_main_context_default (), woke_cb, NULL);
  thru_patchbay_set_limits (fixture->patchbay, (ThruPatchbayLimits) { 1, LIMIT, 1000 });
  thru_patchbay_add_output (fixture->patchbay, 1, ADDRESS, send_cb, fixture, NULL, fixture->meter);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  thru_patchbay_free (fixture->patchbay);
  thru_meter_unref (fixture->meter);
  test_connection_tear_down (&fixture->there);
}

static gboolean
play (Fixture      *fixture,
      guint32       address,
      const guint8 *message)
{
  return thru_patchbay_link_midi (fixture->patchbay, fixture->link, address, message, 3, fixture->now_us);
}

static guint
count_lost (Fixture *fixture)
{
  ThruMeterSample sample;

  thru_meter_peek (fixture->meter, &sample);
  return sample.lost;
}

static void
test_lost_at_output (Fixture      *fixture,
                     gconstpointer data)
{
  thru_patchbay_add_link (fixture->patchbay, fixture->link);

  for (guint i = 0; i < LIMIT; i++)
    g_assert_true (play (fixture, ADDRESS, controller));
  g_assert_cmpuint (count_lost (fixture), ==, 0);

  for (guint i = 0; i < 3; i++)
    g_assert_true (play (fixture, ADDRESS, controller));
  g_assert_true (play (fixture, THRU_DMIDI_ADDRESS_EVERYONE, controller));
  g_assert_cmpuint (count_lost (fixture), ==, 4);
  g_assert_cmpuint (fixture->n_played, ==, LIMIT);

  g_assert_true (play (fixture, ADDRESS, note_off));
  g_assert_cmpuint (count_lost (fixture), ==, 4);
  g_assert_cmpuint (fixture->n_played, ==, LIMIT + 1);
}

static void
test_lost_at_source (Fixture      *fixture,
                     gconstpointer data)
{
  ThruMeter *meter = thru_meter_new ();
  ThruMeterSample sample;

  test_peer_send (fixture->there.peer, "\xfe", 1);
  test_wait_until (thru_connection_is_plain (fixture->link));
  thru_patchbay_add_link (fixture->patchbay, fixture->link);
  thru_patchbay_add_link_input (fixture->patchbay, 9, fixture->link, meter);
  thru_patchbay_connect (fixture->patchbay, 9, 1, NULL);

  for (guint i = 0; i < LIMIT + 3; i++)
    g_assert_true (play (fixture, 0, controller));
  thru_meter_peek (meter, &sample);
  g_assert_cmpuint (sample.messages, ==, LIMIT);
  g_assert_cmpuint (sample.lost, ==, 3);
  g_assert_cmpuint (count_lost (fixture), ==, 0);

  thru_patchbay_remove_link (fixture->patchbay, fixture->link);
  thru_meter_unref (meter);
}

static void
test_stray (Fixture      *fixture,
            gconstpointer data)
{
  thru_patchbay_add_link (fixture->patchbay, fixture->link);

  for (guint i = 0; i < 5; i++)
    g_assert_true (play (fixture, ADDRESS + 1, controller));
  g_assert_true (play (fixture, ADDRESS, controller));
  g_assert_cmpuint (thru_patchbay_get_n_stray (fixture->patchbay, fixture->link), ==, 5);
  g_assert_cmpuint (fixture->n_played, ==, 1);
}

static void
test_stray_flood (Fixture      *fixture,
                  gconstpointer data)
{
  guint n = 0;

  thru_patchbay_add_link (fixture->patchbay, fixture->link);
  while (play (fixture, ADDRESS + 1, controller) && n < 10000)
    {
      fixture->now_us += 500;
      n++;
    }
  g_assert_cmpuint (n, >=, 2 * 2000);
  g_assert_cmpuint (n, <, 3 * 2000);
}

static void
test_late (Fixture      *fixture,
           gconstpointer data)
{
  const guint8 chord[] = { 0x90, 60, 64, 0xb0, 7, 64 };
  const ThruTokenBucket unlimited = { 0 };
  ThruRouter *router = thru_router_new ();
  ThruLinkStreams *streams = thru_link_streams_new (router, &unlimited);
  ThruMeterSample sample;
  guint32 n_lost;

  thru_router_add_destination (router, 1, send_cb, fixture, fixture->meter);
  thru_router_set_time (router, (guint64)fixture->now_us);
  g_assert_true (thru_link_streams_add (streams, ADDRESS, 1, TRUE));
  thru_router_connect (router, 1, 1, NULL);
  thru_link_streams_feed (streams, ADDRESS, chord, sizeof chord, THRU_ROUTER_LATE_LIMIT_US, fixture->now_us, &n_lost);
  g_assert_cmpuint (fixture->n_played, ==, 2);
  thru_link_streams_feed (streams, ADDRESS, chord, sizeof chord, THRU_ROUTER_LATE_LIMIT_US + 1, fixture->now_us, &n_lost);
  g_assert_cmpuint (fixture->n_played, ==, 3);
  thru_meter_sample (fixture->meter, &sample);
  g_assert_cmpuint (sample.late, ==, 1);
  thru_link_streams_free (streams);
  thru_router_free (router);
}

static bool
record_cb (void          *user,
           const uint8_t *message,
           size_t         length,
           uint64_t       time_us)
{
  g_byte_array_append (user, message, (guint)length);
  return true;
}

/* The ring is full in the middle of a System Exclusive, and has room again for its end. */
static void
test_gap (Fixture      *fixture,
          gconstpointer data)
{
  static const guint8 begin[] = { 0x90, 60, 100, 0xf0, 0x7d, 1, 2 };
  static const guint8 middle[30] = { 0 };
  static const guint8 end[] = { 3, 0xf7, 0x90, 64, 100 };
  static const guint8 expected[] = { 0x90, 60, 100, 0x80, 60, 64, 0xb0, 123, 0, 0x90, 64, 100 };
  g_autoptr(GByteArray) played = g_byte_array_new ();
  ThruRing *ring = thru_ring_new (64);
  ThruMeter *meter = thru_meter_new ();
  ThruMeterSample sample;
  int wake_fd = eventfd (1, EFD_NONBLOCK | EFD_CLOEXEC);

  thru_patchbay_add_output (fixture->patchbay, 2, 0, record_cb, played, NULL, NULL);
  thru_patchbay_add_input (fixture->patchbay, 9, ring, wake_fd, NULL, NULL, meter);
  thru_patchbay_connect (fixture->patchbay, 9, 2, NULL);

  g_assert_true (thru_ring_write (ring, (guint64)fixture->now_us, begin, sizeof begin));
  g_assert_false (thru_ring_write (ring, (guint64)fixture->now_us, middle, sizeof middle));
  g_assert_true (thru_ring_write (ring, (guint64)fixture->now_us, end, sizeof end));
  test_wait_until (thru_ring_fill (ring) == 0);
  g_assert_cmpmem (played->data, played->len, expected, sizeof expected);
  thru_meter_peek (meter, &sample);
  g_assert_cmpuint (sample.lost, ==, 1);

  thru_patchbay_remove_source (fixture->patchbay, 9);
  thru_patchbay_remove_destination (fixture->patchbay, 2);
  thru_patchbay_flush (fixture->patchbay, fixture->now_us);
  thru_meter_unref (meter);
  thru_ring_free (ring);
  close (wake_fd);
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("/net/patchbay/what-is-above-the-limit-is-lost-on-the-meter-of-the-output", test_lost_at_output);
  add_test ("/net/patchbay/what-is-above-the-limit-is-lost-on-the-meter-of-a-plain-source", test_lost_at_source);
  add_test ("/net/patchbay/frames-for-nothing-here-are-counted", test_stray);
  add_test ("/net/patchbay/sysex-that-lost-its-middle-is-not-glued-together", test_gap);
  add_test ("/net/patchbay/note-that-was-long-on-its-way-is-late", test_late);
  add_test ("/net/patchbay/flood-of-frames-for-nothing-here-is-a-flood", test_stray_flood);

  return g_test_run ();
}
