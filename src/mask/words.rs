//! The words that name secrets: oslo's `_SANITIZE_KEYS`.

/// The words that begin with a letter, which is a small one; a longer one stands before those that begin it.
pub(super) const fn starting_with(letter: u8) -> &'static [&'static str] {
    match letter {
        b'a' => &["admin_password", "admin_pass", "adminpass", "auth_password", "auth_token"],
        b'b' => &["barbicansimplecryptokek"],
        b'c' => &[
            "configdrive",
            "chappassword",
            "chapsecret",
            "cephclusterfsid",
            "cephmanilaclientkey",
            "cephadminkey",
            "cephclientkey",
            "cephrgwkey",
            "cephmdskey",
            "cephmonkey",
        ],
        b'd' => &["designaterndckey"],
        b'e' => &["encrypted_key"],
        b'f' => &["fernetkey"],
        b'h' => &["heatauthencryptionkey"],
        b'k' => &["keystonecredential"],
        b'm' => &["migrationsshkey"],
        b'n' => &["new_pass"],
        b'o' => &["octaviaheartbeatkey"],
        b'p' => &["password", "passphrase", "private_key", "pacemakerremoteauthkey"],
        b'r' => &["rabbitcookie"],
        b's' => &["secret_uuid", "secret", "sys_pswd", "sslkey", "swifthashsuffix"],
        b't' => &["token"],
        _ => &[],
    }
}

/// How many letters of a word are looked at together.
const HEAD: usize = 4;

/// The first letters of the words, hashed: most places of a text are no word's by a look at this.
static HEADS: [u64; 16] = {
    let mut heads = [0; 16];
    let mut letter = b'a';
    while letter <= b'z' {
        let mut words = starting_with(letter);
        while let [word, rest @ ..] = words {
            if let Some((head, _)) = word.as_bytes().split_first_chunk::<HEAD>() {
                let hash = hash(*head);
                heads[hash / 64] |= 1 << (hash % 64);
            }
            words = rest;
        }
        letter += 1;
    }
    heads
};

/// A number below 1024, the same for small and great letters.
const fn hash(head: [u8; HEAD]) -> usize {
    const SMALL: u32 = 0x2020_2020;
    ((u32::from_be_bytes(head) | SMALL).wrapping_mul(0x9e37_79b1) >> 22) as usize
}

/// Whether a value under that key is a secret: whether the key holds one of the words, in any case.
pub fn is_secret(key: &str) -> bool {
    let bytes = key.as_bytes();
    (0..bytes.len()).any(|at| may_begin(bytes, at) && ends_of(bytes, at).next().is_some())
}

/// Whether a word may begin at a place.
#[inline]
pub(super) fn may_begin(bytes: &[u8], at: usize) -> bool {
    let head = bytes.get(at..).and_then(<[u8]>::first_chunk::<HEAD>);
    head.is_some_and(|head| {
        let hash = hash(*head);
        HEADS.get(hash / 64).is_some_and(|heads| heads >> (hash % 64) & 1 == 1)
    })
}

/// The ends of the words that begin at a place.
pub(super) fn ends_of(bytes: &[u8], at: usize) -> impl Iterator<Item = usize> {
    let rest = bytes.get(at..).unwrap_or_default();
    let words = rest.first().map_or(&[][..], |first| starting_with(first.to_ascii_lowercase()));
    // No word is shorter, and this letter tells most of those apart that begin alike.
    let next = rest.get(HEAD).map(u8::to_ascii_lowercase);
    let is_here = move |word: &[u8]| {
        word.get(HEAD).copied() == next
            && rest.get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
    };
    words.iter().filter(move |word| is_here(word.as_bytes())).map(move |word| at + word.len())
}
