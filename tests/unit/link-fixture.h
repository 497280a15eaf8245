/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-dmidi-frame.h"
#include "thru-link.h"

#include <glib.h>

G_BEGIN_DECLS

/* For tests of ThruLink. */

#define ADDRESS 0x80000001u
#define START_US 1000000u

extern const uint8_t preface[THRU_DMIDI_PREFACE_SIZE];
extern const uint8_t heartbeat[THRU_DMIDI_FRAME_HEADER_SIZE + 1];
extern const uint8_t note_on[3];

/* An open, framed link whose preface has left. */
ThruLink *        framed_new    (ThruLinkRole   role);

/* As if they came from the socket. */
void              feed          (ThruLink      *link,
                                 const uint8_t *bytes,
                                 size_t         length,
                                 uint64_t       now_us);

/* As if the socket took all that waits. */
void              drop_output   (ThruLink      *link,
                                 uint64_t       now_us);
void              assert_output (ThruLink      *link,
                                 const uint8_t *expected,
                                 size_t         expected_length);

/* The next event's; it is taken. */
ThruLinkEventType next_type     (ThruLink      *link);
void              assert_closed (ThruLink      *link,
                                 ThruLinkReason reason);

G_END_DECLS
