/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Keeps trying to reach one room: its addresses one after the other, a quarter of a second apart, the first that answers wins;
 * then again after a pause that grows from 0.25 s to 2 s. Lives on the thread whose default main context it was made on. */
typedef struct _ThruDialer ThruDialer;

typedef struct
{
  void (*dialing)   (ThruDialer        *dialer,
                     gpointer           user);
  /* @text: a translated sentence. */
  void (*failed)    (ThruDialer        *dialer,
                     const char        *text,
                     gpointer           user);
  /* It rests now until thru_dialer_retry(). */
  void (*connected) (ThruDialer        *dialer,
                     GSocketConnection *connection,
                     gpointer           user);
} ThruDialerFuncs;

typedef enum
{
  THRU_DIALER_SOON,   /* after the pause that is due */
  THRU_DIALER_FRESH,  /* the link had worked: after the shortest pause */
  THRU_DIALER_SLOWLY, /* they refused: asking often would get us ignored */
} ThruDialerPace;

ThruDialer *thru_dialer_new   (guint32                 id,
                               const ThruDialerFuncs  *funcs,
                               gpointer                user);

/* No function is called after it. */
void        thru_dialer_free  (ThruDialer             *dialer);
guint32     thru_dialer_get_id (ThruDialer            *dialer);

/* Begins at once when @hurry or when @addresses are others than before or when it rests, and leaves what is under way, which may
 * have begun in another network; while connected, only notes @addresses down. */
void        thru_dialer_dial  (ThruDialer             *dialer,
                               const char * const     *addresses,
                               gboolean                hurry);

/* The connection it made came to its end. */
void        thru_dialer_retry (ThruDialer             *dialer,
                               ThruDialerPace          pace);

/* Does nothing until thru_dialer_dial(). */
void        thru_dialer_rest  (ThruDialer             *dialer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruDialer, thru_dialer_free)

G_END_DECLS
