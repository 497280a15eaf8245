/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-ring.h"

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  THRU_PORT_OPENING,
  THRU_PORT_OPEN,
  THRU_PORT_FAILED, /* final: open it anew */
} ThruPortState;

#define THRU_TYPE_INPUT (thru_input_get_type ())

/* An open MIDI input. What arrives is in its ring, and its event descriptor becomes readable: the callback of the MIDI
 * system does nothing else. References may be dropped on any thread; closing happens in the background.
 * Signal "state-changed" comes on the thread that opened it. */
G_DECLARE_FINAL_TYPE (ThruInput, thru_input, THRU, INPUT, GObject)

ThruPortState thru_input_get_state   (ThruInput *self);

/* Why it failed, a translated sentence; NULL otherwise. */
const char *  thru_input_get_problem (ThruInput *self);

/* Borrowed; valid as long as a reference to @self is held. Consumed by one thread. */
ThruRing *    thru_input_get_ring    (ThruInput *self);

/* An eventfd, readable when the ring was written to. Borrowed. */
int           thru_input_get_wake_fd (ThruInput *self);

G_END_DECLS
