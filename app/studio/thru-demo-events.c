/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-demo-events-private.h"

#include "thru-studio-private.h"

#include <glib/gi18n.h>

#define TICK_MS 250
#define OCTETS_PER_TICK 781 /* of a MIDI cable */

/* In ticks: when each happens first, and how often. */
#define SEND_AT 40
#define SEND_EVERY 280
#define ASK_AT 130
#define LOOP_AFTER 6

/* The one that is not plugged in, and under which name it comes back. */
#define OLD_NAME "Launchpad X"
#define NEW_NAME "Launchpad X LPX MIDI"

typedef struct
{
  const char *to;     /* ROOM/DEVICE */
  guint       length; /* octets */
  guint       sent;   /* where it stands still */
} Dump;

static const Dump dumps[] = {
  { "Machine room/Hydrasynth", 65536, 26870 },
  { "Live room/TX7", 4104, 3694 },
  { "Vocal booth/VoiceLive 3", 262144, 2621 },
};

typedef struct
{
  ThruRoute *route;
  guint      tick; /* when it has sounded long enough */
} Loop;

struct _ThruDemoEvents
{
  ThruStudio      *studio;   /* borrowed */
  ThruDemoBuilder *builder;  /* borrowed */
  GArray          *loops;   /* (element-type Loop) */
  ThruQuestion    *same;    /* (nullable) (owned): whether the new name is the old instrument */
  ThruQuestion    *answered; /* (nullable) (owned) */
  ThruDevice      *new_name; /* (nullable) (owned) */
  guint            answer;
  guint            timer;
  guint            tick;
  guint            n_dumps;
  gboolean         still;
};

static void
loop_clear (gpointer data)
{
  g_object_unref (((Loop *) data)->route);
}

static void
send_dump (ThruDemoEvents *self,
           const Dump     *dump,
           guint           sent)
{
  ThruDevice *device = thru_studio_parse_device (self->studio, dump->to, FALSE, NULL);
  g_autoptr(ThruTransfer) transfer = NULL;

  if (device == NULL || !thru_device_get_online (device) || thru_studio_find_transfer (self->studio, device) != NULL)
    return;

  transfer = thru_transfer_new (device, dump->length);
  thru_transfer_set_sent (transfer, sent);
  _thru_studio_add_transfer (self->studio, transfer);
}

static void
send_on (ThruDemoEvents *self)
{
  GListModel *transfers = thru_studio_get_transfers (self->studio);

  for (guint i = g_list_model_get_n_items (transfers); i > 0; i--)
    {
      g_autoptr(ThruTransfer) transfer = g_list_model_get_item (transfers, i - 1);

      if (thru_transfer_get_sent (transfer) < thru_transfer_get_length (transfer))
        thru_transfer_set_sent (transfer, thru_transfer_get_sent (transfer) + OCTETS_PER_TICK);
      else
        _thru_studio_remove_transfer (self->studio, transfer);
    }
}

static void
set_question (ThruDemoEvents *self,
              ThruQuestion   *question)
{
  g_autoptr(GPtrArray) questions = g_ptr_array_new ();

  if (question != NULL)
    g_ptr_array_add (questions, question);
  _thru_studio_set_questions (self->studio, questions);
}

static void
ask_same (ThruDemoEvents *self)
{
  ThruRoom *own = thru_studio_get_own_room (self->studio);
  const char *answers[] = { _("Use It Instead"), _("Another One"), NULL };
  g_autofree char *detail = NULL;
  g_autofree char *name = g_strdup_printf ("%s/%s", thru_room_get_name (own), NEW_NAME);

  _thru_demo_builder_add_device (self->builder, own, NEW_NAME, TRUE, TRUE, THRU_DEMO_SILENT);
  g_set_object (&self->new_name, thru_studio_parse_device (self->studio, name, TRUE, NULL));
  /* Translators: a new device, and one that is absent, twice. */
  detail = g_strdup_printf (_("%s is new here, and %s is absent. If it is the same instrument under another name, the routes of %s "
                              "can go on with it."), NEW_NAME, OLD_NAME, OLD_NAME);
  self->same = thru_question_new ("demo:same", _("Is this the same instrument?"), detail, answers, NULL);
  set_question (self, self->same);
}

static void
ask_which (ThruDemoEvents *self)
{
  g_autofree char *title = g_strdup_printf (_("Which %s is this?"), "UM-ONE");
  g_autofree char *detail = g_strdup_printf (_("%s came back, and Thruwall can not tell which of the %u it was. "
                                               "The routes of all of them wait for your answer."), "UM-ONE", 2);
  g_autofree char *first = g_strdup_printf (_("%s, to %s"), "UM-ONE", "Prophet Rev2");
  g_autofree char *second = g_strdup_printf (ngettext ("%s, %u route", "%s, %u routes", 3), "UM-ONE (2)", 3);
  const char *answers[] = { first, second, _("Another One"), NULL };
  g_autoptr(ThruQuestion) question = thru_question_new ("demo:which", title, detail, answers, NULL);

  set_question (self, question);
}

/* The instrument is known by its old name, or by both. */
static void
set_same (ThruDemoEvents *self,
          gboolean        same)
{
  ThruRoom *own = thru_studio_get_own_room (self->studio);
  g_autofree char *name = g_strdup_printf ("%s/%s", thru_room_get_name (own), OLD_NAME);
  ThruDevice *device = thru_studio_parse_device (self->studio, name, TRUE, NULL);
  GListModel *routes = thru_studio_get_routes (self->studio);

  if (device == NULL || self->new_name == NULL)
    return;

  if (same)
    _thru_room_remove_device (own, self->new_name);
  else
    _thru_room_add_device (own, self->new_name);
  _thru_device_set_online (device, same, same ? NULL : _("It is not plugged in."));
  for (guint i = 0; i < g_list_model_get_n_items (routes); i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);

      if (g_str_equal (thru_route_get_from_device (route), thru_device_get_id (device)))
        _thru_demo_builder_settle_route (self->builder, route);
    }
}

static void
mute_loop (ThruDemoEvents *self,
           ThruRoute      *route)
{
  if (_thru_studio_find_route_by_key (self->studio, _thru_route_get_key (route)) != route
      || thru_route_get_state (route) != THRU_ROUTE_CONNECTED)
    return;

  _thru_route_set_mute (route, THRU_MUTE_LOOP);
  _thru_demo_builder_settle_route (self->builder, route);
  _thru_studio_emit_patched (self->studio, route, THRU_CHANGE_MUTED);
}

static void
sound_loops (ThruDemoEvents *self)
{
  for (guint i = self->loops->len; i > 0; i--)
    {
      const Loop *loop = &g_array_index (self->loops, Loop, i - 1);
      g_autoptr(ThruRoute) route = NULL;

      if (self->tick < loop->tick)
        continue;
      route = g_object_ref (loop->route);
      g_array_remove_index (self->loops, i - 1);
      mute_loop (self, route);
    }
}

static gboolean
tick_cb (gpointer user_data)
{
  ThruDemoEvents *self = user_data;

  self->tick++;
  sound_loops (self);
  if (self->still)
    return G_SOURCE_CONTINUE;

  send_on (self);
  if (self->tick % SEND_EVERY == SEND_AT)
    send_dump (self, &dumps[self->n_dumps++ % G_N_ELEMENTS (dumps)], 0);
  if (self->tick == ASK_AT)
    ask_same (self);
  return G_SOURCE_CONTINUE;
}

static void
stand_still (ThruDemoEvents *self,
             const char     *what)
{
  g_auto(GStrv) words = g_strsplit (what, " ", -1);
  g_autoptr(ThruRoute) route = g_list_model_get_item (thru_studio_get_routes (self->studio), 0);

  if (g_strv_contains ((const char *const *) words, "transfer") || g_strv_contains ((const char *const *) words, "transfers"))
    send_dump (self, &dumps[0], dumps[0].sent);
  for (guint i = 1; i < G_N_ELEMENTS (dumps) && g_strv_contains ((const char *const *) words, "transfers"); i++)
    send_dump (self, &dumps[i], dumps[i].sent);
  if (g_strv_contains ((const char *const *) words, "same"))
    ask_same (self);
  if (g_strv_contains ((const char *const *) words, "which"))
    ask_which (self);
  if (g_strv_contains ((const char *const *) words, "loop"))
    _thru_demo_events_close_loop (self, route);
}

ThruDemoEvents *
_thru_demo_events_new (ThruDemoBuilder *builder)
{
  ThruDemoEvents *self;

  g_return_val_if_fail (builder != NULL, NULL);

  self = g_new0 (ThruDemoEvents, 1);
  self->studio = builder->studio;
  self->builder = builder;
  self->loops = g_array_new (FALSE, FALSE, sizeof (Loop));
  g_array_set_clear_func (self->loops, loop_clear);
  return self;
}

void
_thru_demo_events_free (ThruDemoEvents *self)
{
  if (self == NULL)
    return;

  _thru_demo_events_stop (self);
  g_array_unref (self->loops);
  g_clear_object (&self->same);
  g_clear_object (&self->answered);
  g_clear_object (&self->new_name);
  g_free (self);
}

void
_thru_demo_events_begin (ThruDemoEvents *self,
                         const char     *still)
{
  g_return_if_fail (self != NULL && self->timer == 0);

  self->timer = g_timeout_add (TICK_MS, tick_cb, self);
  self->still = still != NULL;
  if (still != NULL)
    stand_still (self, still);
}

void
_thru_demo_events_stop (ThruDemoEvents *self)
{
  g_return_if_fail (self != NULL);

  g_clear_handle_id (&self->timer, g_source_remove);
}

void
_thru_demo_events_close_loop (ThruDemoEvents *self,
                              ThruRoute      *route)
{
  Loop loop = { NULL, 0 };

  g_return_if_fail (self != NULL && THRU_IS_ROUTE (route));

  loop.route = g_object_ref (route);
  loop.tick = self->tick + LOOP_AFTER;
  g_array_append_val (self->loops, loop);
}

char *
_thru_demo_events_answer (ThruDemoEvents *self,
                          ThruQuestion   *question,
                          guint           answer)
{
  g_return_val_if_fail (self != NULL && THRU_IS_QUESTION (question), NULL);

  g_set_object (&self->answered, question);
  self->answer = answer;
  set_question (self, NULL);
  if (question != self->same)
    return g_strdup_printf (_("It is %s"), thru_question_get_answers (question)[answer]);
  if (answer > 0)
    return g_strdup_printf (_("%s is another instrument"), NEW_NAME);

  set_same (self, TRUE);
  return g_strdup_printf (_("%s is used instead of %s"), NEW_NAME, OLD_NAME);
}

void
_thru_demo_events_take_back (ThruDemoEvents *self)
{
  g_return_if_fail (self != NULL && self->answered != NULL);

  if (self->answered == self->same && self->answer == 0)
    set_same (self, FALSE);
  set_question (self, self->answered);
}
