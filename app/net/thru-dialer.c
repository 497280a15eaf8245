/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-dialer.h"
#include "thru-address.h"
#include "thru-net-text.h"
#include "thru-socket.h"

#define PAUSE_FIRST_MS 250
#define PAUSE_MAX_MS 2000      /* with its 20 % and a round that just failed, a room that returns is tried within 5 s */
#define PAUSE_REFUSED_MS 15000 /* eight in the two minutes in which ten get us ignored */
#define STAGGER_MS 250
#define CONNECT_SECONDS 3
#define ADDRESSES_MAX 16

typedef enum
{
  RESTING,
  PAUSING,
  TRYING,
  CONNECTED,
} State;

/* One address of one round. Outlives the dialer when the operation does. */
typedef struct
{
  ThruDialer   *dialer; /* NULL once it does not matter any more */
  GCancellable *cancellable;
  char         *host;
  guint16       port;
} Attempt;

struct _ThruDialer
{
  guint32                id;
  const ThruDialerFuncs *funcs;
  gpointer               user;
  State                  state;
  char                 **addresses;
  guint                  next;     /* index of the address to try next */
  GPtrArray             *attempts; /* (element-type Attempt) borrowed: under way */
  char                  *problem;  /* of the first address that failed in this round */
  GSource               *timer;
  guint                  pause_ms;
};

static void try_next (ThruDialer *dialer);

static void
attempt_free (Attempt *attempt)
{
  g_object_unref (attempt->cancellable);
  g_free (attempt->host);
  g_free (attempt);
}

static void
set_timer (ThruDialer *dialer,
           guint       ms,
           GSourceFunc func)
{
  if (dialer->timer != NULL)
    {
      g_source_destroy (dialer->timer);
      g_clear_pointer (&dialer->timer, g_source_unref);
    }

  if (func == NULL)
    return;

  dialer->timer = g_timeout_source_new (ms);
  g_source_set_static_name (dialer->timer, "[thruwall] dialer");
  g_source_set_callback (dialer->timer, func, dialer, NULL);
  g_source_attach (dialer->timer, g_main_context_get_thread_default ());
}

static void
forget_attempts (ThruDialer *dialer)
{
  for (guint i = 0; i < dialer->attempts->len; i++)
    {
      Attempt *attempt = g_ptr_array_index (dialer->attempts, i);

      attempt->dialer = NULL;
      g_cancellable_cancel (attempt->cancellable);
    }

  g_ptr_array_set_size (dialer->attempts, 0);
}

static gboolean
try_again_cb (gpointer user)
{
  ThruDialer *dialer = user;

  set_timer (dialer, 0, NULL);
  dialer->state = TRYING;
  dialer->next = 0;
  g_clear_pointer (&dialer->problem, g_free);
  dialer->funcs->dialing (dialer, dialer->user);
  try_next (dialer);
  return G_SOURCE_REMOVE;
}

static void
wait_a_while (ThruDialer *dialer,
              guint       ms)
{
  dialer->state = PAUSING;
  set_timer (dialer, (guint)(ms * g_random_double_range (0.8, 1.2)), try_again_cb);
}

static void
pause_longer (ThruDialer *dialer)
{
  guint ms = dialer->pause_ms;

  dialer->pause_ms = MIN (ms * 2, PAUSE_MAX_MS);
  wait_a_while (dialer, ms);
}

/* The round is over. */
static void
give_up (ThruDialer *dialer)
{
  g_autofree char *problem = g_steal_pointer (&dialer->problem);

  pause_longer (dialer);
  dialer->funcs->failed (dialer, problem != NULL ? problem : "", dialer->user);
}

static void
note_problem (ThruDialer   *dialer,
              const GError *error,
              const char   *host,
              guint         port)
{
  if (dialer->problem == NULL)
    dialer->problem = thru_net_text_dial_failed (error, host, port);
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user)
{
  Attempt *attempt = user;
  ThruDialer *dialer = attempt->dialer;
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocketConnection) connection = NULL;

  connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);

  if (connection != NULL && thru_socket_is_itself (g_socket_connection_get_socket (connection)))
    {
      g_clear_object (&connection);
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "connected to itself");
    }

  if (dialer == NULL)
    {
      attempt_free (attempt);
      return;
    }

  g_ptr_array_remove (dialer->attempts, attempt);

  if (connection != NULL)
    {
      forget_attempts (dialer);
      set_timer (dialer, 0, NULL);
      dialer->state = CONNECTED;
      dialer->funcs->connected (dialer, connection, dialer->user);
    }
  else
    {
      note_problem (dialer, error, attempt->host, attempt->port);
      try_next (dialer);
    }

  attempt_free (attempt);
}

static void
begin_attempt (ThruDialer *dialer,
               char       *host,
               guint16     port)
{
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  g_autoptr(GSocketConnectable) address = g_network_address_new (host, port);
  Attempt *attempt = g_new0 (Attempt, 1);

  g_socket_client_set_timeout (client, CONNECT_SECONDS);
  g_socket_client_set_enable_proxy (client, FALSE);

  attempt->dialer = dialer;
  attempt->cancellable = g_cancellable_new ();
  attempt->host = host;
  attempt->port = port;
  g_ptr_array_add (dialer->attempts, attempt);
  g_socket_client_connect_async (client, address, attempt->cancellable, connected_cb, attempt);
}

static gboolean
stagger_cb (gpointer user)
{
  try_next (user);
  return G_SOURCE_REMOVE;
}

static void
try_next (ThruDialer *dialer)
{
  set_timer (dialer, 0, NULL);

  while (dialer->addresses[dialer->next] != NULL && dialer->next < ADDRESSES_MAX)
    {
      const char *text = dialer->addresses[dialer->next++];
      g_autoptr(GError) error = NULL;
      char *host;
      guint16 port;

      if (thru_address_split (text, &host, &port))
        {
          begin_attempt (dialer, host, port);
          set_timer (dialer, STAGGER_MS, stagger_cb);
          return;
        }

      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no address");
      note_problem (dialer, error, text, 0);
    }

  if (dialer->attempts->len == 0)
    give_up (dialer);
}

ThruDialer *
thru_dialer_new (guint32                id,
                 const ThruDialerFuncs *funcs,
                 gpointer               user)
{
  ThruDialer *dialer;

  g_return_val_if_fail (funcs != NULL, NULL);

  dialer = g_new0 (ThruDialer, 1);
  dialer->id = id;
  dialer->funcs = funcs;
  dialer->user = user;
  dialer->attempts = g_ptr_array_new ();
  dialer->pause_ms = PAUSE_FIRST_MS;
  return dialer;
}

void
thru_dialer_free (ThruDialer *dialer)
{
  if (dialer == NULL)
    return;

  thru_dialer_rest (dialer);
  g_ptr_array_unref (dialer->attempts);
  g_strfreev (dialer->addresses);
  g_free (dialer);
}

guint32
thru_dialer_get_id (ThruDialer *dialer)
{
  g_return_val_if_fail (dialer != NULL, 0);

  return dialer->id;
}

void
thru_dialer_dial (ThruDialer        *dialer,
                  const char *const *addresses,
                  gboolean           hurry)
{
  gboolean same;

  g_return_if_fail (dialer != NULL);
  g_return_if_fail (addresses != NULL);

  same = dialer->addresses != NULL && g_strv_equal (addresses, (const char *const *)dialer->addresses);
  if (!same)
    {
      g_strfreev (dialer->addresses);
      dialer->addresses = g_strdupv ((char **)addresses);
    }

  if (dialer->state == CONNECTED || (same && !hurry && dialer->state != RESTING))
    return;

  forget_attempts (dialer);
  dialer->pause_ms = PAUSE_FIRST_MS;
  try_again_cb (dialer);
}

void
thru_dialer_retry (ThruDialer    *dialer,
                   ThruDialerPace pace)
{
  g_return_if_fail (dialer != NULL);

  if (dialer->state != CONNECTED)
    return;

  if (pace == THRU_DIALER_SLOWLY)
    {
      wait_a_while (dialer, PAUSE_REFUSED_MS);
      return;
    }

  if (pace == THRU_DIALER_FRESH)
    dialer->pause_ms = PAUSE_FIRST_MS;
  pause_longer (dialer);
}

void
thru_dialer_rest (ThruDialer *dialer)
{
  g_return_if_fail (dialer != NULL);

  forget_attempts (dialer);
  set_timer (dialer, 0, NULL);
  g_clear_pointer (&dialer->problem, g_free);
  dialer->state = RESTING;
}
