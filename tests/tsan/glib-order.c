/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* ThreadSanitizer can not see into GLib, whose mutexes, queues and reference counts are made of futexes and not of pthreads: what
 * they keep in order looks like a race. So a test that runs under it is linked with this: the same functions, which also tell
 * it about the order. Whatever in our own code goes past these functions is reported; only what GLib keeps for itself is
 * suppressed. Anything else in GLib that orders threads does so by system calls, which ThreadSanitizer knows (pthread_create,
 * eventfd). */

#include <dlfcn.h>
#include <glib-object.h>
#include <sanitizer/tsan_interface.h>

#undef g_atomic_ref_count_dec
#undef g_object_unref

/* The function of that name in GLib, looked up once. Two threads at once find the same one. */
#define REAL(name) \
  static void *real_; \
  void *found_ = __atomic_load_n (&real_, __ATOMIC_RELAXED); \
  __typeof__ (name) *real; \
  if (found_ == NULL) \
    { \
      found_ = dlsym (RTLD_NEXT, #name); \
      __atomic_store_n (&real_, found_, __ATOMIC_RELAXED); \
    } \
  real = (__typeof__ (name) *)found_

void
g_mutex_lock (GMutex *mutex)
{
  REAL (g_mutex_lock);
  real (mutex);
  __tsan_acquire (mutex);
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  REAL (g_mutex_trylock);
  if (!real (mutex))
    return FALSE;
  __tsan_acquire (mutex);
  return TRUE;
}

void
g_mutex_unlock (GMutex *mutex)
{
  REAL (g_mutex_unlock);
  __tsan_release (mutex);
  real (mutex);
}

void
g_cond_wait (GCond  *cond,
             GMutex *mutex)
{
  REAL (g_cond_wait);
  __tsan_release (mutex);
  real (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond  *cond,
                   GMutex *mutex,
                   gint64  end_us)
{
  gboolean came;

  REAL (g_cond_wait_until);
  __tsan_release (mutex);
  came = real (cond, mutex, end_us);
  __tsan_acquire (mutex);
  return came;
}

void
g_async_queue_push (GAsyncQueue *queue,
                    gpointer     data)
{
  REAL (g_async_queue_push);
  __tsan_release (queue);
  real (queue, data);
}

gpointer
g_async_queue_try_pop (GAsyncQueue *queue)
{
  gpointer data;

  REAL (g_async_queue_try_pop);
  data = real (queue);
  __tsan_acquire (queue);
  return data;
}

/* Whoever gives up the last reference sees all that was done under the others. */

void
g_object_unref (gpointer object)
{
  REAL (g_object_unref);
  __tsan_release (object);
  __tsan_acquire (object);
  real (object);
}

void
g_source_unref (GSource *source)
{
  REAL (g_source_unref);
  __tsan_release (source);
  __tsan_acquire (source);
  real (source);
}

void
g_atomic_rc_box_release_full (gpointer       box,
                              GDestroyNotify clear)
{
  REAL (g_atomic_rc_box_release_full);
  __tsan_release (box);
  __tsan_acquire (box);
  real (box, clear);
}

gboolean
g_atomic_ref_count_dec (gatomicrefcount *count)
{
  gboolean last;

  REAL (g_atomic_ref_count_dec);
  __tsan_release (count);
  last = real (count);
  __tsan_acquire (count);
  return last;
}

/* What a source's callback is given was written before the source was attached. */

typedef struct
{
  GSource       *source;
  GSourceFunc    func;
  gpointer       user;
  GDestroyNotify notify;
} Callback;

static gboolean
call_in_order (gpointer data)
{
  Callback *callback = data;

  __tsan_acquire (callback);
  __tsan_acquire (callback->source);
  return callback->func (callback->user);
}

static void
forget (gpointer data)
{
  Callback *callback = data;

  __tsan_acquire (callback);
  __tsan_acquire (callback->source);
  if (callback->notify != NULL)
    callback->notify (callback->user);
  g_free (callback);
}

void
g_source_set_callback (GSource       *source,
                       GSourceFunc    func,
                       gpointer       user,
                       GDestroyNotify notify)
{
  Callback *callback;

  REAL (g_source_set_callback);
  if (source->source_funcs != &g_idle_funcs && source->source_funcs != &g_timeout_funcs)
    {
      real (source, func, user, notify);
      return;
    }

  callback = g_new (Callback, 1);
  *callback = (Callback) { source, func, user, notify };
  __tsan_release (callback);
  real (source, call_in_order, callback, forget);
}

guint
g_source_attach (GSource      *source,
                 GMainContext *context)
{
  REAL (g_source_attach);
  __tsan_release (source);
  return real (source, context);
}
