/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-store.h"

#include "thru-due-source.h"
#include "thru-problems-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define SAVE_MS 100 /* changes that come together are saved together; a kill soon after a click must not lose it */
#define RETRY_SECONDS 10
#define FILE_MAX (32 * 1024 * 1024) /* twice what the limits of what is saved come to */

/* One writing of the file, on a thread of its own: a busy disk makes it last for seconds. */
typedef struct
{
  char    *path;
  char    *text;
  GError  *error; /* (nullable): once it is done */
  GSource *done;  /* goes to the main thread then */
  GThread *thread;
} Writing;

struct _ThruStore
{
  char                *path;
  ThruSavedState      *state;
  ThruStoreCollectFunc collect;
  ThruStoreProblemFunc problem_changed;
  gpointer             user;
  ThruProblem         *read_problem; /* stays: it tells what was kept aside */
  ThruProblem         *write_problem;
  guint                timer;
  gboolean             due;
  Writing             *writing; /* (nullable): under way */
  gboolean             locked; /* the file could neither be read nor moved: do not overwrite it */
};

static gboolean
is_absent (const GError *error)
{
  return g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR);
}

static char *
describe_time (void)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, "%Y%m%d-%H%M%S");
}

/* Moves the file to a name of its own. Returns: (transfer full) (nullable): that name. */
static char *
keep_aside (ThruStore  *self,
            const char *why)
{
  g_autofree char *stamp = describe_time ();
  g_autofree char *aside = g_strdup_printf ("%s.%s-%s", self->path, why, stamp);

  for (guint i = 2; g_file_test (aside, G_FILE_TEST_EXISTS) && i < 100; i++)
    {
      g_free (aside);
      aside = g_strdup_printf ("%s.%s-%s-%u", self->path, why, stamp, i);
    }
  if (g_rename (self->path, aside) != 0)
    {
      self->locked = TRUE;
      return NULL;
    }
  return g_steal_pointer (&aside);
}

static void
report_unreadable (ThruStore    *self,
                   const GError *error,
                   gboolean      newer)
{
  g_autofree char *aside = keep_aside (self, newer ? "newer" : "damaged");
  g_autofree char *text = NULL;

  if (aside == NULL)
    text = g_strdup_printf (_("The saved studio (%s) can not be read: %s. It is left as it is, so nothing is saved now."),
                            self->path, error->message);
  else
    text = g_strdup_printf (_("The saved studio could not be read: %s. This room starts anew; the file was kept as %s."),
                            error->message, aside);
  self->read_problem = _thru_problems_store (text);
}

/* Some of it was lost: the file is kept beside the one that will be written from what is left. */
static void
report_dropped (ThruStore  *self,
                const char *contents,
                gsize       length,
                guint       n_dropped)
{
  g_autofree char *stamp = describe_time ();
  g_autofree char *aside = g_strdup_printf ("%s.damaged-%s", self->path, stamp);
  g_autofree char *text = NULL;

  if (!g_file_set_contents_full (aside, contents, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL))
    self->locked = TRUE;
  if (self->locked)
    text = g_strdup_printf (ngettext ("%u saved entry could not be read; the rest is here. Nothing is saved now.",
                                      "%u saved entries could not be read; the rest is here. Nothing is saved now.",
                                      n_dropped), n_dropped);
  else
    text = g_strdup_printf (ngettext ("%u saved entry could not be read; the rest is here. The file was kept as %s.",
                                      "%u saved entries could not be read; the rest is here. The file was kept as %s.",
                                      n_dropped), n_dropped, aside);
  if (self->state->complaint != NULL)
    {
      g_autofree char *whole = g_strconcat (self->state->complaint, " ", text, NULL);

      g_free (g_steal_pointer (&text));
      text = g_steal_pointer (&whole);
    }
  self->read_problem = _thru_problems_store (text);
}

/* FALSE: what there is now is not what the file says. */
static gboolean
read_file (ThruStore *self)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *contents = NULL;
  gsize length = 0;
  guint n_dropped = 0;
  GStatBuf info;

  if (g_stat (self->path, &info) == 0 && (!S_ISREG (info.st_mode) || info.st_size > FILE_MAX))
    g_set_error_literal (&error, THRU_SAVED_ERROR, THRU_SAVED_ERROR_DAMAGED, _("It is not what was saved"));
  else if (g_file_get_contents (self->path, &contents, &length, &error))
    self->state = thru_saved_state_decode (contents, length, &n_dropped, &error);

  if (self->state == NULL)
    self->state = thru_saved_state_new ();
  if (error != NULL && !is_absent (error))
    report_unreadable (self, error, g_error_matches (error, THRU_SAVED_ERROR, THRU_SAVED_ERROR_NEWER));
  else if (n_dropped > 0)
    report_dropped (self, contents, length, n_dropped);
  return error == NULL && n_dropped == 0;
}

static gboolean timeout_cb (gpointer user_data);

static void
set_write_problem (ThruStore    *self,
                   const GError *error)
{
  gboolean had = self->write_problem != NULL;

  g_clear_object (&self->write_problem);
  if (error != NULL)
    {
      g_autofree char *text = g_strdup_printf (_("%s. They are lost when Thruwall ends. Mend this before, and they are saved "
                                                 "by themselves."), error->message);

      self->write_problem = _thru_problems_not_saved (text);
    }
  if (had || error != NULL)
    self->problem_changed (self->user);
}

static gboolean
write_file (const char *path,
            const char *text,
            GError    **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  /* Looked at first, for GLib would name a temporary file. */
  if (g_mkdir_with_parents (folder, 0700) != 0 || g_access (folder, W_OK | X_OK) != 0)
    {
      int why = errno;

      g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (why),
                   _("The folder %s can not be written: %s"), folder, g_strerror (why));
      return FALSE;
    }
  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

/* Whatever was due meanwhile has its own timer. */
static void
take_outcome (ThruStore *self,
              GError    *error)
{
  set_write_problem (self, error);
  if (error == NULL)
    return;

  self->due = TRUE;
  if (self->timer == 0)
    self->timer = g_timeout_add_seconds (RETRY_SECONDS, timeout_cb, self);
}

/* Waits for it. */
static void
finish_writing (ThruStore *self)
{
  Writing *writing = g_steal_pointer (&self->writing);
  g_autoptr(GError) error = NULL;

  if (writing == NULL)
    return;

  g_thread_join (writing->thread);
  error = g_steal_pointer (&writing->error);
  thru_due_source_free (writing->done);
  g_free (writing->path);
  g_free (writing->text);
  g_free (writing);
  take_outcome (self, error);
}

static void
written_cb (gpointer user)
{
  finish_writing (user);
}

static gpointer
run_writing (gpointer data)
{
  Writing *writing = data;

  write_file (writing->path, writing->text, &writing->error);
  g_source_set_ready_time (writing->done, 0);
  return NULL;
}

static void
begin_writing (ThruStore *self)
{
  Writing *writing = g_new0 (Writing, 1);

  self->collect (self->state, self->user);
  self->due = FALSE;
  writing->path = g_strdup (self->path);
  writing->text = thru_saved_state_encode (self->state);
  writing->done = thru_due_source_new (NULL, "[thruwall] saved", written_cb, self);
  self->writing = writing;
  writing->thread = g_thread_new ("thruwall-save", run_writing, writing);
}

static gboolean
timeout_cb (gpointer user_data)
{
  ThruStore *self = user_data;

  /* One at a time, or the older might be written last. */
  if (self->writing != NULL)
    return G_SOURCE_CONTINUE;

  self->timer = 0;
  begin_writing (self);
  return G_SOURCE_REMOVE;
}

ThruStore *
thru_store_new (const char          *config_dir,
                ThruStoreCollectFunc collect,
                ThruStoreProblemFunc problem_changed,
                gpointer             user)
{
  ThruStore *self;

  g_return_val_if_fail (config_dir != NULL && collect != NULL && problem_changed != NULL, NULL);

  self = g_new0 (ThruStore, 1);
  self->path = g_build_filename (config_dir, "studio.json", NULL);
  self->collect = collect;
  self->problem_changed = problem_changed;
  self->user = user;
  if (!read_file (self))
    thru_store_save_soon (self);
  return self;
}

void
thru_store_free (ThruStore *self)
{
  if (self == NULL)
    return;

  finish_writing (self);
  thru_store_save_due (self);
  g_clear_handle_id (&self->timer, g_source_remove);
  thru_saved_state_free (self->state);
  g_clear_object (&self->read_problem);
  g_clear_object (&self->write_problem);
  g_free (self->path);
  g_free (self);
}

ThruSavedState *
thru_store_get_state (ThruStore *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->state;
}

void
thru_store_set_shared (ThruStore *self)
{
  g_autofree char *folder = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (self != NULL);

  folder = g_path_get_dirname (self->path);
  text = g_strdup_printf (_("Another Thruwall uses the folder %s, too, and each overwrites what the other one saves. End one of "
                            "them, or start it with --config-dir and another folder."), folder);
  g_clear_object (&self->read_problem);
  self->read_problem = _thru_problems_not_saved (text);
  self->problem_changed (self->user);
}

void
thru_store_save_soon (ThruStore *self)
{
  g_return_if_fail (self != NULL);

  self->due = TRUE;
  if (self->timer == 0 && !self->locked)
    self->timer = g_timeout_add (SAVE_MS, timeout_cb, self);
}

void
thru_store_save_now (ThruStore *self)
{
  g_return_if_fail (self != NULL);

  if (self->locked)
    return;

  finish_writing (self);
  g_clear_handle_id (&self->timer, g_source_remove);
  begin_writing (self);
  finish_writing (self);
}

void
thru_store_save_due (ThruStore *self)
{
  g_return_if_fail (self != NULL);

  finish_writing (self);
  if (self->due)
    thru_store_save_now (self);
}

ThruProblem *
thru_store_get_problem (ThruStore *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->write_problem != NULL ? self->write_problem : self->read_problem;
}
