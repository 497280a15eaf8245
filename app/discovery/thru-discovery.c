/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-discovery"

#include "thru-config.h"

#include "thru-discovery.h"

#include "thru-discovery-text.h"
#include "thru-discovery-worker.h"

#include <string.h>

struct _ThruDiscovery
{
  GObject              parent_instance;

  ThruDiscoveryWorker *worker;        /* NULL before the first start */
  ThruDiscoveryState   state;
  char                *problem;
  char                *published;
  gboolean             state_changed; /* what was not told yet */
  GHashTable          *rooms;         /* what was told: key → ThruFoundRoom */
  guint                n_stops;       /* news from before the last are of no use */
};

G_DEFINE_FINAL_TYPE (ThruDiscovery, thru_discovery, G_TYPE_OBJECT)

enum
{
  ROOM_FOUND,
  ROOM_GONE,
  STATE_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
is_off (ThruDiscovery *self)
{
  return self->state == THRU_DISCOVERY_OFF;
}

static gboolean
room_is_in (GPtrArray  *rooms,
            const char *key)
{
  for (guint i = 0; i < rooms->len; i++)
    {
      if (g_str_equal (((ThruFoundRoom *) rooms->pdata[i])->key, key))
        return TRUE;
    }
  return FALSE;
}

static void
report_gone (ThruDiscovery *self,
             GPtrArray     *rooms)
{
  g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer key;
  guint n_stops = self->n_stops;

  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      if (!room_is_in (rooms, key))
        g_ptr_array_add (gone, g_strdup (key));
    }
  for (guint i = 0; i < gone->len && self->n_stops == n_stops; i++)
    {
      g_hash_table_remove (self->rooms, gone->pdata[i]);
      g_signal_emit (self, signals[ROOM_GONE], 0, gone->pdata[i]);
    }
}

static void
report_found (ThruDiscovery *self,
              GPtrArray     *rooms)
{
  guint n_stops = self->n_stops;

  while (rooms->len > 0 && self->n_stops == n_stops)
    {
      ThruFoundRoom *room = g_ptr_array_steal_index_fast (rooms, rooms->len - 1);
      const ThruFoundRoom *known = g_hash_table_lookup (self->rooms, room->key);

      if (known != NULL && thru_found_room_equal (known, room))
        {
          thru_found_room_free (room);
          continue;
        }
      g_hash_table_replace (self->rooms, room->key, room);
      g_signal_emit (self, signals[ROOM_FOUND], 0, room);
    }
}

static void
report_state (ThruDiscovery *self)
{
  if (!self->state_changed)
    return;
  self->state_changed = FALSE;
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

static void
take_string (ThruDiscovery *self,
             char         **ours,
             char         **theirs)
{
  self->state_changed |= g_strcmp0 (*ours, *theirs) != 0;
  g_free (*ours);
  *ours = g_steal_pointer (theirs);
}

/* A handler of the signals may call anything, and drop the last reference, too. */
static void
news_cb (ThruDiscoveryNews *news,
         gpointer           user)
{
  g_autoptr(ThruDiscovery) self = g_object_ref (user);
  guint n_stops = self->n_stops;

  self->state_changed |= news->state != self->state;
  self->state = news->state;
  take_string (self, &self->problem, &news->problem);
  take_string (self, &self->published, &news->published);
  report_state (self);
  if (self->n_stops == n_stops)
    report_gone (self, news->rooms);
  if (self->n_stops == n_stops)
    report_found (self, news->rooms);
}

static void
thru_discovery_dispose (GObject *object)
{
  ThruDiscovery *self = THRU_DISCOVERY (object);

  thru_discovery_stop (self);
  g_clear_pointer (&self->worker, thru_discovery_worker_free);
  g_clear_pointer (&self->rooms, g_hash_table_unref);
  G_OBJECT_CLASS (thru_discovery_parent_class)->dispose (object);
}

static void
thru_discovery_class_init (ThruDiscoveryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = thru_discovery_dispose;

  signals[ROOM_FOUND] = g_signal_new ("room-found", THRU_TYPE_DISCOVERY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[ROOM_GONE] = g_signal_new ("room-gone", THRU_TYPE_DISCOVERY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[STATE_CHANGED] = g_signal_new ("state-changed", THRU_TYPE_DISCOVERY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
}

static void
thru_discovery_init (ThruDiscovery *self)
{
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) thru_found_room_free);
}

ThruDiscovery *
thru_discovery_new (void)
{
  return g_object_new (THRU_TYPE_DISCOVERY, NULL);
}

void
thru_discovery_start (ThruDiscovery *self,
                      const char    *id,
                      const char    *name,
                      guint          port)
{
  g_return_if_fail (THRU_IS_DISCOVERY (self));
  g_return_if_fail (id != NULL && id[0] != '\0' && strlen (id) <= THRU_DISCOVERY_ID_MAX);
  g_return_if_fail (name != NULL && port <= G_MAXUINT16);
  g_return_if_fail (is_off (self));

  if (self->worker == NULL)
    self->worker = thru_discovery_worker_new (news_cb, self);
  self->state = THRU_DISCOVERY_STARTING;
  self->state_changed = TRUE;
  thru_discovery_worker_start (self->worker, id, name, port);
}

void
thru_discovery_update (ThruDiscovery *self,
                       const char    *name,
                       guint          port)
{
  g_return_if_fail (THRU_IS_DISCOVERY (self));
  g_return_if_fail (name != NULL && port <= G_MAXUINT16);

  if (!is_off (self))
    thru_discovery_worker_update (self->worker, name, port);
}

void
thru_discovery_stop (ThruDiscovery *self)
{
  g_return_if_fail (THRU_IS_DISCOVERY (self));

  if (is_off (self))
    return;
  thru_discovery_worker_stop (self->worker);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->published, g_free);
  g_hash_table_remove_all (self->rooms);
  self->state = THRU_DISCOVERY_OFF;
  self->state_changed = FALSE;
  self->n_stops++;
}

void
thru_discovery_announce_again (ThruDiscovery *self)
{
  g_return_if_fail (THRU_IS_DISCOVERY (self));

  if (!is_off (self))
    thru_discovery_worker_announce_again (self->worker);
}

void
thru_discovery_resolve_again (ThruDiscovery *self,
                              const char    *key)
{
  g_return_if_fail (THRU_IS_DISCOVERY (self));
  g_return_if_fail (key != NULL);

  if (!is_off (self))
    thru_discovery_worker_resolve_again (self->worker, key);
}

ThruDiscoveryState
thru_discovery_get_state (ThruDiscovery *self)
{
  g_return_val_if_fail (THRU_IS_DISCOVERY (self), THRU_DISCOVERY_OFF);

  return self->state;
}

const char *
thru_discovery_get_problem (ThruDiscovery *self)
{
  g_return_val_if_fail (THRU_IS_DISCOVERY (self), NULL);

  return self->problem;
}

const char *
thru_discovery_get_published (ThruDiscovery *self)
{
  g_return_val_if_fail (THRU_IS_DISCOVERY (self), NULL);

  return self->published;
}
