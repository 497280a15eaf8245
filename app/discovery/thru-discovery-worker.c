/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-discovery"

#include "thru-config.h"

#include "thru-discovery-worker.h"

#include "thru-avahi-agent.h"
#include "thru-due-source.h"

#define LEAVE_US (G_USEC_PER_SEC / 2)
#define DOUBTED_MAX 128 /* rooms to be looked up anew at once: as many as are shown */

/* What the agent shall do. */
typedef struct
{
  guint       run;      /* another for each start */
  char       *id;       /* NULL: stopped */
  char       *name;
  guint       port;
  gboolean    announce; /* anew */
  GHashTable *doubted;  /* (element-type utf8): keys of rooms to look up anew */
} Wants;

struct _ThruDiscoveryWorker
{
  gatomicrefcount       references;   /* the owner's and the thread's */
  ThruDiscoveryNewsFunc func;
  gpointer              user;
  GThread              *thread;
  GMainContext         *context;      /* the thread's */
  GSource              *wants_source; /* runs there */
  GSource              *news_source;  /* runs on the main thread */

  GMutex                mutex;        /* of what follows */
  GCond                 ended_cond;
  Wants                 wants;
  ThruDiscoveryNews    *news;         /* (nullable): not told yet */
  gboolean              quits;
  gboolean              ended;

  /* Only on the thread. */
  ThruAvahiAgent *agent;              /* (nullable) */
  guint           agent_run;
};

static void
news_free (ThruDiscoveryNews *news)
{
  if (news == NULL)
    return;

  g_free (news->problem);
  g_free (news->published);
  g_clear_pointer (&news->rooms, g_ptr_array_unref);
  g_free (news);
}

static void
wants_clear (Wants *wants)
{
  g_clear_pointer (&wants->id, g_free);
  g_clear_pointer (&wants->name, g_free);
  g_hash_table_remove_all (wants->doubted);
  wants->announce = FALSE;
}

/* By either of the two, for the owner does not wait for a thread that hangs. */
static void
worker_unref (ThruDiscoveryWorker *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_source_unref (self->wants_source);
  g_source_unref (self->news_source);
  g_main_context_unref (self->context);
  wants_clear (&self->wants);
  g_hash_table_unref (self->wants.doubted);
  news_free (self->news);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->ended_cond);
  g_free (self);
}

/* On the thread. */
static void
agent_changed_cb (ThruAvahiAgent *agent,
                  gpointer        user)
{
  ThruDiscoveryWorker *self = user;
  ThruDiscoveryNews *news = g_new0 (ThruDiscoveryNews, 1);

  news->run = self->agent_run;
  news->state = thru_avahi_agent_get_state (agent);
  news->problem = g_strdup (thru_avahi_agent_get_problem (agent));
  news->published = g_strdup (thru_avahi_agent_get_published (agent));
  news->rooms = thru_avahi_agent_dup_rooms (agent);

  g_mutex_lock (&self->mutex);
  news_free (self->news);
  self->news = news;
  g_mutex_unlock (&self->mutex);
  g_source_set_ready_time (self->news_source, 0);
}

/* Takes what is wanted now. */
static Wants
take_wants (ThruDiscoveryWorker *self)
{
  Wants wants;

  g_mutex_lock (&self->mutex);
  wants = self->wants;
  wants.id = g_strdup (wants.id);
  wants.name = g_strdup (wants.name);
  self->wants.doubted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->wants.announce = FALSE;
  g_mutex_unlock (&self->mutex);
  return wants;
}

/* On the thread. */
static void
wants_cb (gpointer user)
{
  ThruDiscoveryWorker *self = user;
  Wants wants = take_wants (self);
  GHashTableIter iter;
  gpointer key;

  if (wants.id == NULL || wants.run != self->agent_run)
    g_clear_pointer (&self->agent, thru_avahi_agent_free);
  self->agent_run = wants.run;
  if (wants.id != NULL && self->agent == NULL)
    self->agent = thru_avahi_agent_new (self->context, wants.id, wants.name, wants.port, agent_changed_cb, self);
  else if (self->agent != NULL)
    thru_avahi_agent_update (self->agent, wants.name, wants.port);

  if (self->agent != NULL && wants.announce)
    thru_avahi_agent_announce_again (self->agent);
  g_hash_table_iter_init (&iter, wants.doubted);
  while (self->agent != NULL && g_hash_table_iter_next (&iter, &key, NULL))
    thru_avahi_agent_resolve_again (self->agent, key);

  wants_clear (&wants);
  g_hash_table_unref (wants.doubted);
}

static gboolean
quits (ThruDiscoveryWorker *self)
{
  gboolean answer;

  g_mutex_lock (&self->mutex);
  answer = self->quits;
  g_mutex_unlock (&self->mutex);
  return answer;
}

static gpointer
run_thread (gpointer data)
{
  ThruDiscoveryWorker *self = data;

  g_main_context_push_thread_default (self->context);
  while (!quits (self))
    g_main_context_iteration (self->context, TRUE);

  g_clear_pointer (&self->agent, thru_avahi_agent_free);
  g_source_destroy (self->wants_source);
  g_main_context_pop_thread_default (self->context);

  g_mutex_lock (&self->mutex);
  self->ended = TRUE;
  g_cond_signal (&self->ended_cond);
  g_mutex_unlock (&self->mutex);
  worker_unref (self);
  return NULL;
}

static void
news_cb (gpointer user)
{
  ThruDiscoveryWorker *self = user;
  ThruDiscoveryNews *news;
  gboolean current;

  g_mutex_lock (&self->mutex);
  news = g_steal_pointer (&self->news);
  current = news != NULL && self->wants.id != NULL && news->run == self->wants.run;
  g_mutex_unlock (&self->mutex);

  if (current)
    self->func (news, self->user);
  news_free (news);
}

ThruDiscoveryWorker *
thru_discovery_worker_new (ThruDiscoveryNewsFunc func,
                           gpointer              user)
{
  ThruDiscoveryWorker *self;

  g_return_val_if_fail (func != NULL, NULL);

  self = g_new0 (ThruDiscoveryWorker, 1);
  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->ended_cond);
  self->func = func;
  self->user = user;
  self->wants.doubted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->context = g_main_context_new ();
  self->wants_source = thru_due_source_new (self->context, "[thruwall] wants of discovery", wants_cb, self);
  self->news_source = thru_due_source_new (NULL, "[thruwall] news of discovery", news_cb, self);
  g_atomic_ref_count_inc (&self->references);
  self->thread = g_thread_new ("thruwall-avahi", run_thread, self);
  return self;
}

void
thru_discovery_worker_free (ThruDiscoveryWorker *self)
{
  gint64 deadline = g_get_monotonic_time () + LEAVE_US;
  gboolean ended;

  if (self == NULL)
    return;

  g_source_destroy (self->news_source);
  g_mutex_lock (&self->mutex);
  self->quits = TRUE;
  g_main_context_wakeup (self->context);
  while (!self->ended && g_cond_wait_until (&self->ended_cond, &self->mutex, deadline))
    continue;
  ended = self->ended;
  g_mutex_unlock (&self->mutex);

  if (ended)
    g_thread_join (self->thread);
  else
    g_thread_unref (self->thread);
  worker_unref (self);
}

void
thru_discovery_worker_start (ThruDiscoveryWorker *self,
                             const char          *id,
                             const char          *name,
                             guint                port)
{
  g_return_if_fail (self != NULL && id != NULL && name != NULL);

  g_mutex_lock (&self->mutex);
  wants_clear (&self->wants);
  self->wants.run++;
  self->wants.id = g_strdup (id);
  self->wants.name = g_strdup (name);
  self->wants.port = port;
  g_mutex_unlock (&self->mutex);
  g_source_set_ready_time (self->wants_source, 0);
}

void
thru_discovery_worker_update (ThruDiscoveryWorker *self,
                              const char          *name,
                              guint                port)
{
  g_return_if_fail (self != NULL && name != NULL);

  g_mutex_lock (&self->mutex);
  g_free (self->wants.name);
  self->wants.name = g_strdup (name);
  self->wants.port = port;
  g_mutex_unlock (&self->mutex);
  g_source_set_ready_time (self->wants_source, 0);
}

void
thru_discovery_worker_stop (ThruDiscoveryWorker *self)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->mutex);
  wants_clear (&self->wants);
  g_mutex_unlock (&self->mutex);
  g_source_set_ready_time (self->wants_source, 0);
}

void
thru_discovery_worker_announce_again (ThruDiscoveryWorker *self)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->mutex);
  self->wants.announce = TRUE;
  g_mutex_unlock (&self->mutex);
  g_source_set_ready_time (self->wants_source, 0);
}

void
thru_discovery_worker_resolve_again (ThruDiscoveryWorker *self,
                                     const char          *key)
{
  g_return_if_fail (self != NULL && key != NULL);

  g_mutex_lock (&self->mutex);
  if (g_hash_table_size (self->wants.doubted) < DOUBTED_MAX)
    g_hash_table_add (self->wants.doubted, g_strdup (key));
  g_mutex_unlock (&self->mutex);
  g_source_set_ready_time (self->wants_source, 0);
}
