/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "link-fixture.h"

#include <string.h>

/* What becomes of a link as time goes by. */

static void
test_quiet_sends_a_heartbeat (void)
{
  ThruLink *link = framed_new (THRU_LINK_DIALED);
  uint64_t now_us = START_US + THRU_LINK_HEARTBEAT_US;
  size_t length;
  const uint8_t *bytes;

  g_assert_cmpuint (thru_link_deadline (link), ==, now_us);
  thru_link_tick (link, now_us - 1);
  assert_output (link, NULL, 0);
  thru_link_tick (link, now_us);
  bytes = thru_link_output (link, &length);
  g_assert_cmpuint (length, ==, sizeof heartbeat);
  g_assert_cmpmem (bytes, 4, heartbeat, 4);
  g_assert_cmpmem (bytes + 8, length - 8, heartbeat + 8, sizeof heartbeat - 8);

  /* Not another one while it waits for the socket. */
  thru_link_tick (link, now_us + THRU_LINK_HEARTBEAT_US);
  thru_link_output (link, &length);
  g_assert_cmpuint (length, ==, sizeof heartbeat);
  g_assert_cmpuint (thru_link_deadline (link), ==, UINT64_MAX);
  thru_link_free (link);
}

static void
test_traffic_puts_the_heartbeat_off (void)
{
  ThruLink *link = framed_new (THRU_LINK_DIALED);

  thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US + 100000);
  drop_output (link, START_US + 100000);
  g_assert_cmpuint (thru_link_deadline (link), ==, START_US + 100000 + THRU_LINK_HEARTBEAT_US);
  thru_link_free (link);
}

static void
test_plain_links_get_no_heartbeat (void)
{
  ThruLink *link = thru_link_new (THRU_LINK_ACCEPTED, START_US);

  feed (link, note_on, sizeof note_on, START_US);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_OPEN);
  g_assert_cmpuint (thru_link_deadline (link), ==, UINT64_MAX);
  thru_link_tick (link, START_US + 10 * THRU_LINK_HEARTBEAT_US);
  assert_output (link, NULL, 0);
  thru_link_free (link);
}

static void
test_silence_closes_only_what_promised (void)
{
  ThruLink *link = framed_new (THRU_LINK_ACCEPTED);
  uint64_t now_us = START_US + 60 * THRU_LINK_SILENCE_US;

  thru_link_tick (link, now_us);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_NONE);

  feed (link, heartbeat, sizeof heartbeat, now_us);
  thru_link_set_peer_heartbeat (link, 250000);
  thru_link_tick (link, now_us + THRU_LINK_SILENCE_US - 1);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_NONE);
  thru_link_tick (link, now_us + THRU_LINK_SILENCE_US);
  assert_closed (link, THRU_LINK_REASON_SILENT);
  thru_link_free (link);
}

static void
test_any_octet_is_a_sign_of_life (void)
{
  ThruLink *link = framed_new (THRU_LINK_ACCEPTED);

  thru_link_set_peer_heartbeat (link, 250000);
  for (guint i = 1; i <= sizeof heartbeat; i++)
    {
      uint64_t now_us = START_US + i * 900000;

      thru_link_tick (link, now_us);
      feed (link, heartbeat + i - 1, 1, now_us);
      g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_NONE);
    }
  thru_link_free (link);
}

static void
test_a_slow_promise_is_waited_for (void)
{
  ThruLink *link = framed_new (THRU_LINK_ACCEPTED);

  thru_link_set_peer_heartbeat (link, 2000000);
  thru_link_tick (link, START_US + 7999999);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_NONE);
  thru_link_tick (link, START_US + 8000000);
  assert_closed (link, THRU_LINK_REASON_SILENT);
  thru_link_free (link);
}

static void
test_an_absurd_promise_still_ends (void)
{
  ThruLink *link = framed_new (THRU_LINK_ACCEPTED);

  thru_link_set_peer_heartbeat (link, UINT64_MAX);
  thru_link_tick (link, START_US + 240000000);
  assert_closed (link, THRU_LINK_REASON_SILENT);
  thru_link_free (link);
}

static void
test_our_own_hold_up_is_not_their_silence (void)
{
  ThruLink *link = framed_new (THRU_LINK_ACCEPTED);
  uint64_t now_us = START_US + 5000000;

  thru_link_set_peer_heartbeat (link, 250000);
  thru_link_tick (link, now_us);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_NONE);
  g_assert_cmpuint (thru_link_deadline (link), <=, now_us + THRU_LINK_HEARTBEAT_US);

  /* Nothing had waited in the socket: they are lost indeed, however late it is now. */
  thru_link_tick (link, now_us + 10 * THRU_LINK_HEARTBEAT_US);
  assert_closed (link, THRU_LINK_REASON_SILENT);
  thru_link_free (link);
}

static void
test_notes_do_not_pile_up_behind_a_stalled_socket (void)
{
  ThruLink *link = framed_new (THRU_LINK_DIALED);
  size_t length;

  g_assert_true (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US));
  g_assert_true (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US));
  thru_link_output_sent (link, 0, START_US);
  g_assert_true (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US + THRU_LINK_BACKLOG_US));
  g_assert_false (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US + THRU_LINK_BACKLOG_US + 1));
  g_assert_true (thru_link_send_session (link, "{}", 2, START_US + THRU_LINK_BACKLOG_US + 1));

  /* What waited longest has left. */
  thru_link_output_sent (link, 26, START_US + THRU_LINK_BACKLOG_US + 2);
  g_assert_true (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US + THRU_LINK_BACKLOG_US + 2));

  /* What came later waits anew. */
  thru_link_output_sent (link, 1, START_US + 2 * THRU_LINK_BACKLOG_US + 3);
  g_assert_false (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US + 2 * THRU_LINK_BACKLOG_US + 3));
  thru_link_output (link, &length);
  thru_link_output_sent (link, length, START_US + 2 * THRU_LINK_BACKLOG_US + 3);
  g_assert_true (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US + 9 * THRU_LINK_BACKLOG_US));
  thru_link_free (link);
}

/* The age of a note that they sent at @time_us by their clock, and that is read at @now_us by ours. */
static uint64_t
age_of_note (ThruLink *link,
             uint32_t  time_us,
             uint64_t  now_us)
{
  uint8_t frame[THRU_DMIDI_FRAME_HEADER_SIZE + sizeof note_on];
  ThruLinkEvent event;

  thru_dmidi_frame_header_write (frame, ADDRESS, time_us, sizeof note_on);
  memcpy (frame + THRU_DMIDI_FRAME_HEADER_SIZE, note_on, sizeof note_on);
  feed (link, frame, sizeof frame, now_us);
  g_assert_true (thru_link_next_event (link, &event));
  g_assert_cmpint (event.type, ==, THRU_LINK_EVENT_MIDI);
  return event.age_us;
}

static void
test_events_know_how_old_they_are (void)
{
  const uint64_t ahead_us = 0xfffff000; /* of their clock, so that it wraps */
  ThruLink *link = framed_new (THRU_LINK_DIALED);
  uint64_t now_us = START_US + 1000000;

  g_assert_cmpuint (age_of_note (link, (uint32_t) (now_us + ahead_us - 500000), now_us), ==, 0);

  /* Not sure by half of the round trip. */
  thru_link_take_pong (link, now_us - 100000, now_us - 50000 + ahead_us, now_us);
  g_assert_cmpuint (age_of_note (link, (uint32_t) (now_us + ahead_us - 500000), now_us), ==, 500000 - 50001);
  g_assert_cmpuint (age_of_note (link, (uint32_t) (now_us + ahead_us - 1000), now_us), ==, 0);
  g_assert_cmpuint (age_of_note (link, (uint32_t) (now_us + ahead_us + 1000), now_us), ==, 0);

  /* A shorter one says more, a longer one nothing new; a clock that jumped is believed. */
  thru_link_take_pong (link, now_us - 2000, now_us - 1500 + ahead_us, now_us);
  g_assert_cmpuint (age_of_note (link, (uint32_t) (now_us + ahead_us - 500000), now_us), ==, 500000 - 500 - 1001);
  thru_link_take_pong (link, now_us - 90000, now_us + ahead_us, now_us);
  g_assert_cmpuint (age_of_note (link, (uint32_t) (now_us + ahead_us - 500000), now_us), ==, 500000 - 500 - 1001);
  thru_link_take_pong (link, now_us - 2000, now_us - 1000 + ahead_us + 7000000, now_us);
  g_assert_cmpuint (age_of_note (link, (uint32_t) (now_us + ahead_us + 7000000 - 500000), now_us), ==, 500000 - 1001);

  /* No clock of theirs. */
  g_assert_cmpuint (age_of_note (link, (uint32_t) (now_us + ahead_us - 60000000), now_us), ==, 0);
  thru_link_free (link);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/link/notes-do-not-pile-up-behind-a-stalled-socket",
                   test_notes_do_not_pile_up_behind_a_stalled_socket);
  g_test_add_func ("/engine/link/events-know-how-old-they-are", test_events_know_how_old_they_are);
  g_test_add_func ("/engine/link/quiet-sends-a-heartbeat", test_quiet_sends_a_heartbeat);
  g_test_add_func ("/engine/link/traffic-puts-the-heartbeat-off", test_traffic_puts_the_heartbeat_off);
  g_test_add_func ("/engine/link/plain-links-get-no-heartbeat", test_plain_links_get_no_heartbeat);
  g_test_add_func ("/engine/link/silence-closes-only-what-promised", test_silence_closes_only_what_promised);
  g_test_add_func ("/engine/link/any-octet-is-a-sign-of-life", test_any_octet_is_a_sign_of_life);
  g_test_add_func ("/engine/link/a-slow-promise-is-waited-for", test_a_slow_promise_is_waited_for);
  g_test_add_func ("/engine/link/an-absurd-promise-still-ends", test_an_absurd_promise_still_ends);
  g_test_add_func ("/engine/link/our-own-hold-up-is-not-their-silence", test_our_own_hold_up_is_not_their_silence);

  return g_test_run ();
}
