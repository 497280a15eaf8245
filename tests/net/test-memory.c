/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "connection-fixture.h"
#include "test-room.h"
#include "thru-limits.h"
#include "thru-patchbay.h"

#include <malloc.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* What links cost when everything that they can make grow is as large as it can be. */

#define ADDRESS 0x80000001u
#define N_LINKS 6
#define INPUT 1
#define FIRST_REMOTE 1000
#define RING_SIZE (1 << 18)

typedef struct
{
  ThruPatchbay  *patchbay;
  ThruRing      *ring;
  int            wake_fd;
  guint          n_outputs; /* here */
  TestConnection links[N_LINKS];
  gint64         now_us;
} Fixture;

/* Of the sanitizers, which have an allocator of their own. */
size_t __sanitizer_get_current_allocated_bytes (void) __attribute__((weak));

static gsize
octets_in_use (void)
{
  struct mallinfo2 info;

  if (__sanitizer_get_current_allocated_bytes != NULL)
    return __sanitizer_get_current_allocated_bytes ();
  info = mallinfo2 ();
  return info.uordblks + info.hblkhd;
}

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
  return true;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->n_outputs = GPOINTER_TO_UINT (data);
  fixture->now_us = g_get_monotonic_time ();
  fixture->ring = thru_ring_new (RING_SIZE);
  fixture->wake_fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  fixture->patchbay = thru_patchbay_new (g_main_context_default (), woke_cb, NULL);
  thru_patchbay_set_late_limit (fixture->patchbay, 0);
  thru_patchbay_add_input (fixture->patchbay, INPUT, fixture->ring, fixture->wake_fd, NULL, NULL, NULL);
  for (guint i = 0; i < fixture->n_outputs; i++)
    thru_patchbay_add_output (fixture->patchbay, 1 + i, ADDRESS + i, send_cb, NULL, NULL, NULL);
  for (guint i = 0; i < N_LINKS; i++)
    test_connection_set_up (&fixture->links[i]);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  for (guint i = 0; i < N_LINKS; i++)
    thru_patchbay_remove_link (fixture->patchbay, fixture->links[i].connection);
  thru_patchbay_free (fixture->patchbay);
  for (guint i = 0; i < N_LINKS; i++)
    test_connection_tear_down (&fixture->links[i]);
  thru_ring_free (fixture->ring);
  close (fixture->wake_fd);
}

/* Messages that it does not read. */
static void
fill_session_queue (ThruConnection *connection)
{
  while (thru_connection_get_waiting (connection) < THRU_LIMIT_SESSION_QUEUE - THRU_DMIDI_PAYLOAD_MAX)
    {
      g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

      g_ptr_array_add (parts, g_bytes_new_take (g_strnfill (THRU_DMIDI_PAYLOAD_MAX, ' '), THRU_DMIDI_PAYLOAD_MAX));
      thru_connection_send (connection, parts);
      thru_connection_write (connection, g_get_monotonic_time ());
    }
}

/* MIDI that it does not read, for as long as its socket takes some, and then for as long as we do. */
static void
fill_output (ThruConnection *connection)
{
  g_autofree guint8 *sysex = g_malloc0 (64 * 1024);

  sysex[0] = 0xf0;
  for (gsize length = 64 * 1024; length >= 2; length /= 2)
    {
      sysex[length - 1] = 0xf7;
      thru_connection_send_midi (connection, ADDRESS, sysex, length, 0, g_get_monotonic_time ());
      sysex[length - 1] = 0;
    }
}

/* From there: notes on all channels of each address, and a System Exclusive that is not finished, long where there is room. */
static void
fill_streams (Fixture        *fixture,
              ThruConnection *connection)
{
  g_autofree guint8 *sysex = g_malloc0 (THRU_MIDI_SYSEX_MAX);

  sysex[0] = 0xf0;
  for (guint i = 0; i < fixture->n_outputs; i++)
    {
      guint32 address = i == 0 ? THRU_DMIDI_ADDRESS_EVERYONE : ADDRESS + i;

      for (guint8 channel = 0; channel < 16; channel++)
        thru_patchbay_link_midi (fixture->patchbay, connection, address, (const guint8[]) { 0x90 | channel, 60, 100 }, 3,
                                 fixture->now_us);
      thru_patchbay_link_midi (fixture->patchbay, connection, address, sysex,
                               i < 2 ? THRU_MIDI_SYSEX_MAX - 1 : THRU_MIDI_SYSEX_SHORT - 1, fixture->now_us);
    }
}

/* From here: notes for a device there, which wait. */
static void
fill_destinations (Fixture *fixture)
{
  static const guint8 note[] = { 0x90, 60, 100, 0x80, 60, 0 };

  for (guint i = 0; i < N_LINKS; i++)
    {
      thru_patchbay_add_remote_output (fixture->patchbay, FIRST_REMOTE + i, fixture->links[i].connection, ADDRESS, NULL);
      thru_patchbay_connect (fixture->patchbay, INPUT, FIRST_REMOTE + i, NULL);
    }
  for (guint i = 0; i < 5000; i++)
    {
      const guint64 one = 1;

      g_assert_true (thru_ring_write (fixture->ring, (guint64)fixture->now_us, note, sizeof note));
      g_assert_cmpint (write (fixture->wake_fd, &one, sizeof one), ==, sizeof one);
      if (i % 100 == 0)
        test_wait_until (thru_ring_fill (fixture->ring) == 0);
    }
  test_wait_until (thru_ring_fill (fixture->ring) == 0);
}

static void
test_full_links (Fixture      *fixture,
                 gconstpointer data)
{
  gsize before = octets_in_use ();
  gsize octets;
  gsize per_link;

  for (guint i = 0; i < N_LINKS; i++)
    {
      test_connection_accept (&fixture->links[i]);
      thru_patchbay_add_link (fixture->patchbay, fixture->links[i].connection);
      fill_output (fixture->links[i].connection);
      fill_session_queue (fixture->links[i].connection);
      fill_streams (fixture, fixture->links[i].connection);
    }
  fill_destinations (fixture);
  octets = octets_in_use () - before;

  for (guint i = 0; i < N_LINKS; i++)
    g_assert_null (fixture->links[i].closed);
  g_assert_cmpuint (octets, >, N_LINKS * THRU_LIMIT_SESSION_QUEUE / 2 + THRU_ROUTER_SYSEX_OCTETS / 2);
  per_link = (octets - THRU_ROUTER_SYSEX_OCTETS) / N_LINKS;
  g_test_message ("a link that plays %u addresses costs %" G_GSIZE_FORMAT " octets", fixture->n_outputs, per_link);
  g_assert_cmpuint (per_link, <=, THRU_LIMIT_MEMORY_PER_LINK + fixture->n_outputs * THRU_LIMIT_MEMORY_PER_ADDRESS);
}

#define ADD(path, n_outputs) \
  g_test_add ("/net/memory/" path, Fixture, GUINT_TO_POINTER (n_outputs), set_up, test_full_links, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("full-links-cost-no-more-than-is-said", 8);
  ADD ("full-links-that-play-all-addresses-cost-no-more-than-is-said", THRU_LIMIT_STREAMS);

  return g_test_run ();
}
