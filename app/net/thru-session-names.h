/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-session-message.h"

G_BEGIN_DECLS

/* The words of the wire, in one place for both directions of the codec. */
#define THRU_SESSION_STATE_UNKNOWN "problem"
#define THRU_SESSION_CODE_MAX 31     /* octets in the code of a bye */
#define THRU_SESSION_PROGRAM_MAX 63

/* The value of "type". Never NULL. */
const char *thru_session_type_to_string   (ThruSessionType  type);

/* FALSE: no type of this version. */
gboolean    thru_session_type_from_string (const char      *text,
                                           ThruSessionType *type);

/* One of the five states that a route can have on the wire. */
gboolean    thru_session_state_is_known   (const char      *state);

G_END_DECLS
