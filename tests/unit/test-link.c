/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "link-fixture.h"

#include <string.h>

static void
test_who_dials_speaks_first (void)
{
  ThruLink *link = thru_link_new (THRU_LINK_DIALED, START_US);

  assert_output (link, preface, sizeof preface);
  g_assert_cmpint (thru_link_get_state (link), ==, THRU_LINK_OPENING);
  thru_link_free (link);
}

static void
test_who_accepts_answers_in_kind (void)
{
  ThruLink *link = thru_link_new (THRU_LINK_ACCEPTED, START_US);

  assert_output (link, NULL, 0);
  for (guint i = 0; i < sizeof preface; i++)
    {
      g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_NONE);
      feed (link, preface + i, 1, START_US);
    }
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_OPEN);
  assert_output (link, preface, sizeof preface);
  thru_link_free (link);
}

static void
test_a_plain_speaker_never_gets_a_preface (void)
{
  ThruLink *link = thru_link_new (THRU_LINK_ACCEPTED, START_US);
  ThruLinkEvent event;

  feed (link, note_on, sizeof note_on, START_US);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_OPEN);
  g_assert_cmpint (thru_link_get_state (link), ==, THRU_LINK_PLAIN);
  g_assert_true (thru_link_next_event (link, &event));
  g_assert_cmpint (event.type, ==, THRU_LINK_EVENT_MIDI);
  g_assert_cmpuint (event.address, ==, 0);
  g_assert_cmpmem (event.bytes, event.length, note_on, sizeof note_on);
  assert_output (link, NULL, 0);
  thru_link_free (link);
}

static void
test_a_plain_speaker_may_answer_a_dialed_link (void)
{
  ThruLink *link = thru_link_new (THRU_LINK_DIALED, START_US);

  feed (link, note_on, sizeof note_on, START_US);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_OPEN);
  g_assert_cmpint (thru_link_get_state (link), ==, THRU_LINK_PLAIN);
  thru_link_free (link);
}

static void
test_plain_output_is_the_message_alone (void)
{
  ThruLink *link = thru_link_new (THRU_LINK_ACCEPTED, START_US);

  feed (link, note_on, sizeof note_on, START_US);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_OPEN);
  g_assert_true (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US));
  g_assert_true (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US));
  assert_output (link, (const uint8_t *)"\x90\x3c\x64\x90\x3c\x64", 6);
  g_assert_false (thru_link_send_session (link, "{}", 2, START_US));
  g_assert_cmpint (thru_link_get_state (link), ==, THRU_LINK_PLAIN);
  thru_link_free (link);
}

static void
test_active_sensing_is_taken_out_of_plain_octets (void)
{
  static const uint8_t octets[] = { 0xfe, 0x90, 0xfe, 60, 0xfe, 100, 0xfe };
  ThruLink *link = thru_link_new (THRU_LINK_ACCEPTED, START_US);
  ThruLinkEvent event;

  feed (link, octets, sizeof octets, START_US);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_OPEN);
  g_assert_true (thru_link_next_event (link, &event));
  g_assert_cmpmem (event.bytes, event.length, note_on, sizeof note_on);

  feed (link, octets, 1, START_US);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_NONE);
  thru_link_free (link);
}

static void
test_unknown_first_octets_close (void)
{
  static const struct { const char *octets; ThruLinkReason reason; } cases[] = {
    { "GET / HTTP/1.1", THRU_LINK_REASON_NOT_DMIDI },
    { "DMIDX", THRU_LINK_REASON_NOT_DMIDI },
    { "\x16\x03\x01", THRU_LINK_REASON_TLS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ThruLink *link = thru_link_new (THRU_LINK_ACCEPTED, START_US);

      feed (link, (const uint8_t *)cases[i].octets, strlen (cases[i].octets), START_US);
      assert_closed (link, cases[i].reason);
      assert_output (link, NULL, 0);
      thru_link_free (link);
    }
}

static void
test_another_major_version_is_refused_and_told (void)
{
  static const uint8_t newer[] = { 'D', 'M', 'I', 'D', 'I', 0, 2, 0 };
  ThruLink *link = thru_link_new (THRU_LINK_ACCEPTED, START_US);

  feed (link, newer, sizeof newer, START_US);
  assert_closed (link, THRU_LINK_REASON_VERSION);
  assert_output (link, preface, sizeof preface);
  thru_link_free (link);
}

static void
test_another_minor_version_is_welcome (void)
{
  static const uint8_t newer[] = { 'D', 'M', 'I', 'D', 'I', 0, 1, 9 };
  ThruLink *link = thru_link_new (THRU_LINK_DIALED, START_US);

  feed (link, newer, sizeof newer, START_US);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_OPEN);
  thru_link_free (link);
}

static void
test_silence_while_opening_closes (void)
{
  ThruLink *link = thru_link_new (THRU_LINK_ACCEPTED, START_US);

  feed (link, preface, 3, START_US);
  g_assert_cmpuint (thru_link_deadline (link), ==, START_US + THRU_LINK_PREFACE_US);
  thru_link_tick (link, START_US + THRU_LINK_PREFACE_US - 1);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_NONE);
  thru_link_tick (link, START_US + THRU_LINK_PREFACE_US);
  assert_closed (link, THRU_LINK_REASON_OPENING_TIMEOUT);
  g_assert_cmpuint (thru_link_deadline (link), ==, UINT64_MAX);
  thru_link_free (link);
}

static void
test_nothing_is_sent_before_it_is_open (void)
{
  ThruLink *link = thru_link_new (THRU_LINK_DIALED, START_US);

  g_assert_false (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US));
  g_assert_false (thru_link_send_session (link, "{}", 2, START_US));
  assert_output (link, preface, sizeof preface);
  g_assert_cmpint (thru_link_get_state (link), ==, THRU_LINK_OPENING);
  thru_link_free (link);
}

static void
test_frames_become_events (void)
{
  static const uint8_t frames[] = {
    0x80, 0, 0, 1, 0, 0, 0, 7, 0, 3, 0x90, 60, 100,
    0, 0, 0, 0, 0, 0, 0, 8, 0, 2, '{', '}',
  };
  ThruLink *link = framed_new (THRU_LINK_ACCEPTED);
  ThruLinkEvent event;

  feed (link, frames, sizeof frames, START_US);
  g_assert_true (thru_link_next_event (link, &event));
  g_assert_cmpint (event.type, ==, THRU_LINK_EVENT_MIDI);
  g_assert_cmphex (event.address, ==, ADDRESS);
  g_assert_cmpuint (event.time_us, ==, 7);
  g_assert_cmpmem (event.bytes, event.length, note_on, sizeof note_on);
  g_assert_true (thru_link_next_event (link, &event));
  g_assert_cmpint (event.type, ==, THRU_LINK_EVENT_SESSION);
  g_assert_cmpmem (event.bytes, event.length, "{}", 2);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_NONE);
  thru_link_free (link);
}

static void
test_heartbeats_and_empty_frames_are_not_handed_on (void)
{
  static const uint8_t empty[] = { 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
  ThruLink *link = framed_new (THRU_LINK_ACCEPTED);

  feed (link, heartbeat, sizeof heartbeat, START_US);
  feed (link, empty, sizeof empty, START_US);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_NONE);
  g_assert_cmpint (thru_link_get_state (link), ==, THRU_LINK_FRAMED);
  thru_link_free (link);
}

static void
test_a_length_above_the_limit_closes_at_its_header (void)
{
  static const uint8_t header[] = { 0x80, 0, 0, 1, 0, 0, 0, 0, 0x20, 0x01 };
  ThruLink *link = framed_new (THRU_LINK_ACCEPTED);

  feed (link, header, sizeof header, START_US);
  assert_closed (link, THRU_LINK_REASON_TOO_LONG);
  g_assert_false (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US));
  thru_link_free (link);
}

static void
test_the_longest_frame_fits_the_input (void)
{
  g_autofree uint8_t *frame = g_malloc0 (THRU_DMIDI_FRAME_MAX);
  ThruLink *link = framed_new (THRU_LINK_ACCEPTED);
  ThruLinkEvent event;
  size_t room;

  thru_dmidi_frame_header_write (frame, ADDRESS, 0, THRU_DMIDI_PAYLOAD_MAX);
  feed (link, frame, THRU_DMIDI_FRAME_MAX, START_US);
  thru_link_input_buffer (link, &room);
  g_assert_cmpuint (room, ==, 0);
  g_assert_true (thru_link_next_event (link, &event));
  g_assert_cmpuint (event.length, ==, THRU_DMIDI_PAYLOAD_MAX);
  thru_link_input_buffer (link, &room);
  g_assert_cmpuint (room, ==, THRU_DMIDI_FRAME_MAX);
  thru_link_free (link);
}

static void
test_midi_leaves_room_for_session_messages (void)
{
  g_autofree char *json = g_strnfill (THRU_DMIDI_PAYLOAD_MAX, ' ');
  ThruLink *link = framed_new (THRU_LINK_DIALED);
  size_t length;

  while (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US))
    continue;
  thru_link_output (link, &length);
  g_assert_cmpuint (length, <=, THRU_LINK_OUTPUT_MAX - THRU_LINK_OUTPUT_RESERVE);
  g_assert_cmpuint (length, >, THRU_LINK_OUTPUT_MAX - THRU_LINK_OUTPUT_RESERVE - 13);

  g_assert_true (thru_link_send_session (link, json, THRU_DMIDI_PAYLOAD_MAX, START_US));
  g_assert_false (thru_link_send_session (link, json, THRU_DMIDI_PAYLOAD_MAX, START_US));
  assert_closed (link, THRU_LINK_REASON_OVERFLOW);
  assert_output (link, NULL, 0);
  thru_link_free (link);
}

static void
test_a_session_message_above_the_limit_is_refused (void)
{
  g_autofree char *json = g_strnfill (THRU_DMIDI_PAYLOAD_MAX + 1, ' ');
  ThruLink *link = framed_new (THRU_LINK_DIALED);

  g_assert_false (thru_link_send_session (link, json, THRU_DMIDI_PAYLOAD_MAX + 1, START_US));
  g_assert_cmpint (thru_link_get_state (link), ==, THRU_LINK_FRAMED);
  thru_link_free (link);
}

static void
test_room_comes_back_as_octets_leave (void)
{
  ThruLink *link = framed_new (THRU_LINK_DIALED);
  size_t before;
  size_t after;

  while (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US))
    continue;
  thru_link_output (link, &before);
  thru_link_output_sent (link, before - 26, START_US);
  while (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US))
    continue;
  thru_link_output (link, &after);
  g_assert_cmpuint (after, >, THRU_LINK_BACKLOG_MAX);
  g_assert_cmpuint (after, <, before);

  thru_link_output_sent (link, after, START_US);
  g_assert_true (thru_link_send_midi (link, ADDRESS, note_on, sizeof note_on, START_US));
  thru_link_free (link);
}

/* Moves what @from has for @to in chunks of random size; collects the MIDI payload. */
static void
carry (GRand      *rand,
       ThruLink   *from,
       ThruLink   *to,
       GByteArray *received)
{
  size_t length;
  const uint8_t *bytes = thru_link_output (from, &length);
  size_t room;
  uint8_t *buffer = thru_link_input_buffer (to, &room);
  ThruLinkEvent event;

  length = MIN (length, room);
  if (length > 1)
    length = (size_t)g_rand_int_range (rand, 1, (gint32)length + 1);
  if (length > 0)
    memcpy (buffer, bytes, length);
  thru_link_input_received (to, length, START_US);
  thru_link_output_sent (from, length, START_US);
  while (thru_link_next_event (to, &event))
    {
      g_assert_cmpint (event.type, !=, THRU_LINK_EVENT_CLOSED);
      if (event.type == THRU_LINK_EVENT_MIDI)
        g_byte_array_append (received, event.bytes, (guint)event.length);
    }
}

static void
test_two_links_deliver_everything_in_order (void)
{
  for (guint seed = 1; seed <= 50; seed++)
    {
      g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr(GByteArray) sent = g_byte_array_new ();
      g_autoptr(GByteArray) received = g_byte_array_new ();
      g_autoptr(GByteArray) back = g_byte_array_new ();
      ThruLink *a = thru_link_new (THRU_LINK_DIALED, START_US);
      ThruLink *b = thru_link_new (THRU_LINK_ACCEPTED, START_US);
      guint left = 400;
      size_t length;

      do
        {
          uint8_t message[3000];
          size_t size = g_rand_int_range (rand, 0, 20) == 0 ? (size_t)g_rand_int_range (rand, 3, sizeof message) : 3;

          memset (message, (int)(left & 0x7f), size);
          if (left > 0 && thru_link_send_midi (a, ADDRESS, message, size, START_US))
            {
              g_byte_array_append (sent, message, (guint)size);
              left--;
            }
          carry (rand, a, b, received);
          carry (rand, b, a, back);
          thru_link_output (a, &length);
        }
      while (left > 0 || length > 0);

      g_assert_cmpmem (received->data, received->len, sent->data, sent->len);
      g_assert_cmpuint (back->len, ==, 0);
      thru_link_free (a);
      thru_link_free (b);
    }
}

#define SYSEX_LENGTH (64 * 1024)

static void
test_a_long_sysex_is_spread_over_frames (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (1);
  g_autofree uint8_t *sysex = g_malloc0 (SYSEX_LENGTH);
  g_autoptr(GByteArray) received = g_byte_array_new ();
  ThruLink *a = framed_new (THRU_LINK_DIALED);
  ThruLink *b = framed_new (THRU_LINK_ACCEPTED);
  size_t length;

  sysex[0] = 0xf0;
  sysex[SYSEX_LENGTH - 1] = 0xf7;
  g_assert_true (thru_link_send_midi (a, ADDRESS, sysex, SYSEX_LENGTH, START_US));
  g_assert_false (thru_link_send_midi (a, ADDRESS, sysex, SYSEX_LENGTH, START_US));
  do
    {
      carry (rand, a, b, received);
      thru_link_output (a, &length);
    }
  while (length > 0);
  g_assert_cmpmem (received->data, received->len, sysex, SYSEX_LENGTH);
  thru_link_free (a);
  thru_link_free (b);
}

static void
test_every_reason_has_words (void)
{
  for (guint i = 0; i <= THRU_LINK_REASON_OVERFLOW; i++)
    g_assert_cmpstr (thru_link_reason_to_string ((ThruLinkReason)i), !=, "unknown");
}

static void
add_opening_tests (void)
{
  g_test_add_func ("/engine/link/who-dials-speaks-first", test_who_dials_speaks_first);
  g_test_add_func ("/engine/link/who-accepts-answers-in-kind", test_who_accepts_answers_in_kind);
  g_test_add_func ("/engine/link/a-plain-speaker-never-gets-a-preface", test_a_plain_speaker_never_gets_a_preface);
  g_test_add_func ("/engine/link/a-plain-speaker-may-answer-a-dialed-link",
                   test_a_plain_speaker_may_answer_a_dialed_link);
  g_test_add_func ("/engine/link/unknown-first-octets-close", test_unknown_first_octets_close);
  g_test_add_func ("/engine/link/another-major-version-is-refused-and-told",
                   test_another_major_version_is_refused_and_told);
  g_test_add_func ("/engine/link/another-minor-version-is-welcome", test_another_minor_version_is_welcome);
  g_test_add_func ("/engine/link/silence-while-opening-closes", test_silence_while_opening_closes);
  g_test_add_func ("/engine/link/nothing-is-sent-before-it-is-open", test_nothing_is_sent_before_it_is_open);
  g_test_add_func ("/engine/link/plain-output-is-the-message-alone", test_plain_output_is_the_message_alone);
  g_test_add_func ("/engine/link/active-sensing-is-taken-out-of-plain-octets",
                   test_active_sensing_is_taken_out_of_plain_octets);
}

static void
add_octet_tests (void)
{
  g_test_add_func ("/engine/link/frames-become-events", test_frames_become_events);
  g_test_add_func ("/engine/link/heartbeats-and-empty-frames-are-not-handed-on",
                   test_heartbeats_and_empty_frames_are_not_handed_on);
  g_test_add_func ("/engine/link/a-length-above-the-limit-closes-at-its-header",
                   test_a_length_above_the_limit_closes_at_its_header);
  g_test_add_func ("/engine/link/the-longest-frame-fits-the-input", test_the_longest_frame_fits_the_input);
  g_test_add_func ("/engine/link/midi-leaves-room-for-session-messages", test_midi_leaves_room_for_session_messages);
  g_test_add_func ("/engine/link/a-session-message-above-the-limit-is-refused",
                   test_a_session_message_above_the_limit_is_refused);
  g_test_add_func ("/engine/link/room-comes-back-as-octets-leave", test_room_comes_back_as_octets_leave);
  g_test_add_func ("/engine/link/two-links-deliver-everything-in-order", test_two_links_deliver_everything_in_order);
  g_test_add_func ("/engine/link/a-long-sysex-is-spread-over-frames",
                   test_a_long_sysex_is_spread_over_frames);
  g_test_add_func ("/engine/link/every-reason-has-words", test_every_reason_has_words);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_opening_tests ();
  add_octet_tests ();

  return g_test_run ();
}
