dnl SPDX-License-Identifier: Apache-2.0
dnl Our own switches. Flags go to TAMIS_CFLAGS and TAMIS_LDFLAGS; CFLAGS and
dnl LDFLAGS stay the user's.

dnl TAMIS_WITH(NAME, PKG, PREFIX): --with-NAME=auto|yes|no by pkg-config.
AC_DEFUN([TAMIS_WITH], [
  AC_ARG_WITH([$1], [AS_HELP_STRING([--with-$1], [use $2 @<:@auto@:>@])], [], [with_$1=auto])
  AS_IF([test "x$with_$1" != xno], [
    PKG_CHECK_MODULES([$3], [$2],
      [with_$1=yes; AC_DEFINE([HAVE_$3], [1], [Use $2])],
      [AS_IF([test "x$with_$1" = xyes], [AC_MSG_ERROR([--with-$1 given but $2 not found])], [with_$1=no])])
  ])
  AM_CONDITIONAL([HAVE_$3], [test "x$with_$1" = xyes])
])

dnl Debian has milter.pc; elsewhere look for the plain library.
AC_DEFUN([TAMIS_LIBMILTER], [
  PKG_CHECK_MODULES([MILTER], [milter], [], [
    AC_CHECK_HEADER([libmilter/mfapi.h], [], [AC_MSG_ERROR([libmilter headers not found (libmilter-dev)])])
    AC_CHECK_LIB([milter], [smfi_register], [AC_SUBST([MILTER_LIBS], [-lmilter])],
      [AC_MSG_ERROR([libmilter not found])], [-lpthread])
  ])
])

AC_DEFUN([TAMIS_WARNINGS], [
  AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [warnings are errors])], [], [enable_werror=no])
  AX_APPEND_COMPILE_FLAGS([-std=gnu17 -Wall -Wextra -Wshadow -Wpointer-arith dnl
    -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wvla dnl
    -Wundef -Wcast-qual -Wimplicit-fallthrough -Wduplicated-cond -Wlogical-op dnl
    -Wjump-misses-init -fno-common -fvisibility=hidden], [TAMIS_CFLAGS], [-Werror])
  AS_IF([test "x$enable_werror" = xyes], [TAMIS_CFLAGS="$TAMIS_CFLAGS -Werror"])
  AC_SUBST([TAMIS_CFLAGS])
  AC_SUBST([TAMIS_LDFLAGS])
])

AC_DEFUN([TAMIS_HARDENING], [
  AC_ARG_ENABLE([hardening], [AS_HELP_STRING([--disable-hardening], [no stack protector, FORTIFY and so on])],
    [], [enable_hardening=yes])
  AS_IF([test "x$enable_hardening" = xyes && test "x${enable_sanitizers:-no}" = xno && test "x${enable_fuzzing:-no}" = xno], [
    AX_APPEND_COMPILE_FLAGS([-fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE], [TAMIS_CFLAGS], [-Werror])
    AX_APPEND_LINK_FLAGS([-pie -Wl,-z,relro -Wl,-z,now], [TAMIS_LDFLAGS])
    AX_ADD_FORTIFY_SOURCE
  ])
])

dnl Objects can be linked either way: without -flto as any others.
AC_DEFUN([TAMIS_LTO], [
  AC_ARG_ENABLE([lto], [AS_HELP_STRING([--enable-lto], [optimise whole programs: some percent faster, slow to build])],
    [], [enable_lto=no])
  AS_IF([test "x$enable_lto" = xyes], [
    AX_CHECK_COMPILE_FLAG([-flto=auto -ffat-lto-objects],
      [TAMIS_CFLAGS="$TAMIS_CFLAGS -flto=auto -ffat-lto-objects"
       TAMIS_LDFLAGS="$TAMIS_LDFLAGS -flto=auto"],
      [AC_MSG_ERROR([--enable-lto given but $CC has no -ffat-lto-objects])], [-Werror])
  ])
])

AC_DEFUN([TAMIS_SANITIZERS], [
  AC_ARG_ENABLE([sanitizers], [AS_HELP_STRING([--enable-sanitizers=LIST], [e.g. address,undefined or thread])],
    [], [enable_sanitizers=no])
  AS_IF([test "x$enable_sanitizers" = xyes], [enable_sanitizers=address,undefined])
  AS_IF([test "x$enable_sanitizers" != xno], [
    TAMIS_CFLAGS="$TAMIS_CFLAGS -O1 -g -fno-omit-frame-pointer -fsanitize=$enable_sanitizers -fno-sanitize-recover=all"
    TAMIS_LDFLAGS="$TAMIS_LDFLAGS -fsanitize=$enable_sanitizers"
  ])
])

dnl With clang: the targets of fuzz/ become libFuzzer programs.
AC_DEFUN([TAMIS_FUZZING], [
  AC_ARG_ENABLE([fuzzing], [AS_HELP_STRING([--enable-fuzzing], [build fuzz/ with libFuzzer (CC=clang)])],
    [], [enable_fuzzing=no])
  AS_IF([test "x$enable_fuzzing" != xno], [
    TAMIS_CFLAGS="$TAMIS_CFLAGS -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all"
    TAMIS_LDFLAGS="$TAMIS_LDFLAGS -fsanitize=address,undefined"
  ])
  AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" != xno])
])

AC_DEFUN([TAMIS_COVERAGE], [
  AC_ARG_ENABLE([coverage], [AS_HELP_STRING([--enable-coverage], [compile for gcov])], [], [enable_coverage=no])
  AS_IF([test "x$enable_coverage" = xyes], [
    TAMIS_CFLAGS="$TAMIS_CFLAGS -O0 -g --coverage"
    TAMIS_LDFLAGS="$TAMIS_LDFLAGS --coverage"
  ])
])
