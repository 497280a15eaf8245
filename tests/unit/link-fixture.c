/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "link-fixture.h"

#include <string.h>

const uint8_t preface[THRU_DMIDI_PREFACE_SIZE] = { 'D', 'M', 'I', 'D', 'I', 0, 1, 0 };
const uint8_t heartbeat[THRU_DMIDI_FRAME_HEADER_SIZE + 1] = { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1, 0xfe };
const uint8_t note_on[3] = { 0x90, 60, 100 };

void
feed (ThruLink      *link,
      const uint8_t *bytes,
      size_t         length,
      uint64_t       now_us)
{
  size_t room;
  uint8_t *buffer = thru_link_input_buffer (link, &room);

  g_assert_cmpuint (room, >=, length);
  memcpy (buffer, bytes, length);
  thru_link_input_received (link, length, now_us);
}

void
drop_output (ThruLink *link,
             uint64_t  now_us)
{
  size_t length;

  thru_link_output (link, &length);
  thru_link_output_sent (link, length, now_us);
}

void
assert_output (ThruLink      *link,
               const uint8_t *expected,
               size_t         expected_length)
{
  size_t length;
  const uint8_t *bytes = thru_link_output (link, &length);

  g_assert_cmpmem (bytes, length, expected, expected_length);
}

ThruLinkEventType
next_type (ThruLink *link)
{
  ThruLinkEvent event;

  thru_link_next_event (link, &event);
  return event.type;
}

void
assert_closed (ThruLink      *link,
               ThruLinkReason reason)
{
  ThruLinkEvent event;

  g_assert_true (thru_link_next_event (link, &event));
  g_assert_cmpint (event.type, ==, THRU_LINK_EVENT_CLOSED);
  g_assert_cmpint (event.reason, ==, reason);
  g_assert_cmpint (thru_link_get_state (link), ==, THRU_LINK_CLOSED);
  g_assert_false (thru_link_next_event (link, &event));
}

ThruLink *
framed_new (ThruLinkRole role)
{
  ThruLink *link = thru_link_new (role, START_US);

  feed (link, preface, sizeof preface, START_US);
  g_assert_cmpint (next_type (link), ==, THRU_LINK_EVENT_OPEN);
  g_assert_cmpint (thru_link_get_state (link), ==, THRU_LINK_FRAMED);
  drop_output (link, START_US);
  return link;
}
