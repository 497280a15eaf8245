/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-problem.h"
#include "thru-sandbox.h"

G_BEGIN_DECLS

/* The problems as they are told to a person: one wording for all that show them. @text: why; the title is not said
 * again. Returns: (transfer full). */

ThruProblem *_thru_problems_listen    (guint       port,
                                       gboolean    in_use,
                                       const char *text);
ThruProblem *_thru_problems_discovery (const char *text,
                                       const char *command);
ThruProblem *_thru_problems_midi      (const char *text,
                                       const char *command);
ThruProblem *_thru_problems_store     (const char *text);
ThruProblem *_thru_problems_not_saved (const char *text);

/* @first: (nullable): this room. @second: (nullable). */
ThruProblem *_thru_problems_identity  (const char *name,
                                       const char *first,
                                       const char *second);

/* What Flatpak does not let us do. @kind: DISCOVERY, MIDI or LISTEN. @denied: what that needs. */
ThruProblem *_thru_problems_denied    (ThruProblemKind        kind,
                                       ThruSandboxPermissions denied);

G_END_DECLS
