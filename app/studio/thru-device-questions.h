/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-device-matcher.h"
#include "thru-question.h"
#include "thru-studio.h"

G_BEGIN_DECLS

/* What a person is asked about the devices here, and what becomes of the answers. They change the saved state only: then update
 * the devices of the room from it. Main thread only. */

/* What an answer replaced. */
typedef struct _ThruDeviceChange ThruDeviceChange;

/* @ports, @matches: of the last look. Returns: (transfer full) (element-type ThruQuestion). */
GPtrArray *       thru_device_questions_list   (ThruStudio        *studio,
                                                ThruSavedState    *state,
                                                GPtrArray         *ports,
                                                const ThruMatch   *matches);

/* @answer: its place in the list. @text: (out): what has become of it, a sentence. Returns: (transfer full) (nullable). */
ThruDeviceChange *thru_device_questions_answer (ThruStudio        *studio,
                                                ThruSavedState    *state,
                                                GPtrArray         *ports,
                                                ThruQuestion      *question,
                                                guint              answer,
                                                char             **text,
                                                GError           **error);

/* What was @old_id is @new_id now: its routes go on there. The other direction of the same two, if there is one, goes along. */
ThruDeviceChange *thru_device_questions_use    (ThruStudio        *studio,
                                                ThruSavedState    *state,
                                                const char        *old_id,
                                                const char        *new_id,
                                                gboolean           is_source,
                                                char             **text,
                                                GError           **error);

/* As if it had not been answered. */
gboolean          thru_device_questions_revert (ThruStudio        *studio,
                                                ThruSavedState    *state,
                                                ThruDeviceChange  *change,
                                                GError           **error);
void              thru_device_change_free      (ThruDeviceChange  *change);

/* For whoever matches: @saved is what is at @port from now on. */
void              thru_device_questions_bind   (ThruSavedDevice   *saved,
                                                const ThruPortInfo *port);

/* Returns: (transfer none) (nullable): a new device at @port; NULL when there are too many. */
ThruSavedDevice * thru_device_questions_add    (ThruSavedState    *state,
                                                const ThruPortInfo *port);

/* Whether a route, ours or another room's, leads from or to it. */
gboolean          thru_device_questions_is_needed (ThruStudio     *studio,
                                                const ThruSavedDevice *saved);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruDeviceChange, thru_device_change_free)

G_END_DECLS
