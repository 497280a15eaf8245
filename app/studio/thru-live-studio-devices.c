/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-live-studio-private.h"

#include "thru-device-questions.h"
#include "thru-own-devices.h"
#include "thru-problems-private.h"
#include "thru-studio-private.h"

#include <glib/gi18n.h>

#define ANSWERS_MAX 100 /* that can be taken back */

/* Who plays what may be another now. */
static void
devices_changed (ThruLiveStudio *self)
{
  thru_own_devices_update (THRU_STUDIO (self), self->midi, self->state);
  thru_store_save_soon (self->store);
  thru_patcher_retry (self->patcher);
  thru_route_planner_plan_soon (self->planner);
}

void
_thru_live_studio_midi_changed (ThruLiveStudio *self)
{
  const char *text = thru_midi_system_get_problem (self->midi);
  g_autoptr(ThruProblem) problem = NULL;

  if (self->denied & THRU_SANDBOX_MIDI && thru_midi_system_is_absent (self->midi))
    problem = _thru_problems_denied (THRU_PROBLEM_MIDI, self->denied & THRU_SANDBOX_MIDI);
  else if (text != NULL)
    problem = _thru_problems_midi (text, thru_midi_system_get_remedy (self->midi));

  _thru_studio_set_problem (THRU_STUDIO (self), THRU_PROBLEM_MIDI, problem);
  if (thru_own_devices_update (THRU_STUDIO (self), self->midi, self->state))
    thru_store_save_soon (self->store);
  thru_patcher_retry (self->patcher);
  thru_route_planner_plan_soon (self->planner);
}

/* @change: taken; NULL: it was refused. */
static gboolean
take_change (ThruLiveStudio   *self,
             ThruDeviceChange *change)
{
  if (change == NULL)
    return FALSE;

  g_queue_push_head (&self->answers, change);
  if (self->answers.length > ANSWERS_MAX)
    thru_device_change_free (g_queue_pop_tail (&self->answers));
  devices_changed (self);
  return TRUE;
}

gboolean
_thru_live_studio_answer (ThruStudio   *studio,
                          ThruQuestion *question,
                          guint         answer,
                          char        **text,
                          GError      **error)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);
  GPtrArray *ports = thru_midi_system_get_ports (self->midi);

  return take_change (self, thru_device_questions_answer (studio, self->state, ports, question, answer, text, error));
}

gboolean
_thru_live_studio_use_device (ThruStudio *studio,
                              ThruDevice *old,
                              ThruDevice *device,
                              char      **text,
                              GError    **error)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);

  return take_change (self, thru_device_questions_use (studio, self->state,
                                                       thru_device_get_id (old), thru_device_get_id (device),
                                                       thru_device_is_source (old), text, error));
}

gboolean
_thru_live_studio_take_back_answer (ThruStudio *studio,
                                    GError    **error)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);
  ThruDeviceChange *change = g_queue_peek_head (&self->answers);

  if (change == NULL)
    {
      g_set_error_literal (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_FAILED, _("There is nothing to undo"));
      return FALSE;
    }
  if (!thru_device_questions_revert (studio, self->state, change, error))
    return FALSE;

  thru_device_change_free (g_queue_pop_head (&self->answers));
  devices_changed (self);
  return TRUE;
}
