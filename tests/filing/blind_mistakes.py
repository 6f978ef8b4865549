"""Filings, and mistakes in them, written down by somebody who had not read the cross-check.

The filings are clean: names, titles and notations vary, and what some letters write in another way, such as a
date in figures, is still right. Each mistake is in one text of one of these filings. Invented people.
"""

from __future__ import annotations

from tests.filing.seeded import TEMPLATES
from tests.filing.tables import Table

# title | authors | who holds the right, if not the first author | whose chair is | first shown | transferred
# | width × height in mm | number of the entry | how the letters are worded, if not as drafted
FILINGS = """
Kelud 1919 | Suprapto; Siti; Siti Aminah | KSM Percik Rekaan | Endang Kusumaningrum | 2025-03-04 | 2025-06-11 | 2500 × 1150 | 7 |
Sekar Jagad 2 | I Gusti Ayu Ketut Rai Sulastri Dewi Pramesti; Ma'ruf Amiruddin | CV Kain Rekaan Jaya | Drs. H. Achmad Syafi'i, M.Pd. | 2024-11-12 | 2025-01-08 | 2100 × 1050 | 12 | office
Turi-Turi Putih | Dewi Lestari, S.Sn.; Bambang S. Wicaksono | Koperasi Batik Sumber Rejeki | Hj. Rukmini | 2025-07-09 | 2025-08-01 | 2000 × 1150 | 21 | form
17 Agustus 1945 | Raden Mas Haryo Kusumo Suryadiningrat; Tan Swie Lan | Yayasan Kampung Coklat Rekaan | M. Nur Hidayat | 2025-08-17 | 2025-09-02 | 2500 × 1050 | 42 | prose
Melati | Sri; Sri Sulastri; Sri Sulastri Ningsih | Kelompok Ciprat Rekaan | Yohanes de Britto Wahyudi | 2024-02-05 | 2024-05-02 | 2250 × 1100 | 108 |
Batik | Wagiyem |  |  | 2026-01-10 |  | 2400 × 1150 | 118 |
Ceplok 3 x 3 | Nur 'Aini; Muh. Rizal | KSM Percik Rekaan | Endang Kusumaningrum | 2025-12-01 | 2026-01-12 | 2500 × 1150 | 180 |
Wahyu Tumurun: Babak II | Ki Ageng Wirosobo; R.A. Kartini Wulandari | CV Kain Rekaan Jaya | Wagiman | 2024-06-07 | 2024-07-06 | 2000 × 1000 | 417 | office
Kopi & Tebu | Anak Agung Gde Oka | Paguyuban Pembatik “Ngudi Laras” | Ir. Soetrisno | 2025-05-20 | 2025-05-21 | 2505 × 1155 | 471 |
Untuk Ibu Sulastri | Sulastri; Tarmuji | Kelompok Ciprat Rekaan | Sutini | 2025-10-03 | 2025-11-03 | 2150 × 1050 | 1203 | prose
Doko | Mujiono bin Kasan; Siti Nur Kholifah | KSM Percik Rekaan | Mochammad Syaifuddin | 2024-09-30 | 2024-10-31 | 2500 × 1150 | 1230 | form
Gunung Kelud, Pagi | Agus; Agus Salim; Salim | CV Kain Rekaan Jaya | Wagiman | 2025-02-11 | 2025-04-03 | 2500 × 900 | 5310 |
Parang 45° | Dr. Ratih Kumala, M.Sn. |  |  | 2025-06-05 |  | 2000 × 1050 | 99871 |
KSM Percik | Paijo; Paijem | KSM Percik Rekaan | Paijan | 2025-01-02 | 2025-02-03 | 2500 × 1150 | 204 | office
Sawunggaling 250 | H. Abdul Ghofur, S.Pd.I.; Hj. Siti Khotijah | Pondok Batik Al-Hikmah | K.H. Zainuddin MZ | 2024-04-03 | 2024-08-07 | 1800 × 1150 | 240 |
Ampyang-Ampyang No. 7 | Al-Farisi; Nyoman Putra-Wijaya | Kelompok Ciprat Rekaan | Sutini | 2026-02-03 | 2026-03-04 | 2500 × 1150 | 33 |
Ketua | Kusnadi | CV Kain Rekaan Jaya | Kusnadi | 2025-09-08 | 2025-10-09 | 2250 × 1150 | 611 |
Malam Satu Suro di Kaki Gunung Kelud Ketika Hujan Abu Turun Perlahan | Christina Maria Goretti Endang Sri Wahyuningsih; Fransiskus Xaverius Suharto | Paroki Rekaan Santo Yusup | Bernadus Agung P. | 2025-03-30 | 2025-04-30 | 3000 × 1150 | 616 |
Loh Jinawi | Lim Tjoe An; Oei Giok Nio; Rr. Ayu Prameswari | Koperasi Batik Sumber Rejeki | Hj. Rukmini | 2024-12-06 | 2025-01-07 | 2500 × 1050 | 1977 | form
Èmprit | José Ximenes; Zoë Renée Tanuwijaya | KSM Percik Rekaan | Endang Kusumaningrum | 2025-11-10 | 2025-12-09 | 2500 × 1150 | 1997 | prose
M-1 | Joko W.; Joko S. | CV Kain Rekaan Jaya | Wagiman | 2025-04-05 | 2025-05-06 | 2500 × 1150 | 24 |
Belimbing Karangsari | Nunung Nurhayati; Neneng Nurhayati | Kelompok Tani Belimbing Rekaan | Imam Syafi'i | 2024-07-12 | 2024-08-12 | 2000 × 1150 | 38 | office
Sekartaji–Panji | Supiyah; Supinah; Suparmi | KSM Percik Rekaan | Endang Kusumaningrum | 2025-08-06 | 2025-09-07 | 2500 × 1150 | 99817 |
Resa | Slamet Riyadi, A.Md. |  |  | 2025-12-11 |  | 2100 × 900 | 2024 | form
Penataran 1197 Śaka | Prof. Dr. Ir. Hardjosoemantri; Ny. Hardjosoemantri | Museum Rekaan Penataran | Dra. Esti | 2024-03-05 | 2024-05-03 | 2500 × 1150 | 2025 |
Gerimis | Djoko Soesilo; Soesilo Djoko | CV Kain Rekaan Jaya | Wagiman | 2025-01-12 | 2025-02-10 | 2250 × 1050 | 2503 | prose
Ikan Koi (Merah) | Ayu Ting; Ting Ayu | Kelompok Ciprat Rekaan | Sutini | 2025-06-02 | 2025-07-01 | 2500 × 1150 | 2504 |
Es Pleret | Mbah Karto; Mbok Yem | Kelompok Ciprat Rekaan | Sutini | 2024-10-09 | 2024-11-08 | 2400 × 1050 | 2505 | office
Sungai Brantas Meluap | Nanik Indrawati; Totok Sugiarto; Yayuk; Didik Nurhadi | KSM Percik Rekaan | Endang Kusumaningrum | 2025-05-08 | 2025-06-09 | 2500 × 1150 | 2506 |
Aryo Blitar 3 | Ahmad Fauzi; Achmad Fauzi | Sanggar Aryo Rekaan | Hendro | 2025-02-01 | 2025-03-02 | 2000 × 1150 | 2507 | form
Djadoel | Soekarni; Sukarni | Sanggar Aryo Rekaan | Hendro | 2025-07-04 | 2025-08-05 | 2500 × 1000 | 2508 |
Kembang Setaman | Rahmat, S.H., M.Kn.; Rahmat | CV Kain Rekaan Jaya | Wagiman | 2025-10-12 | 2025-11-11 | 2500 × 1150 | 2509 |
Jaranan Jur Ngasinan | Eko Budi Prasetyo |  |  | 2026-03-08 |  | 2350 × 1150 | 2510 | prose
Kambing Etawa | Lilik Mu'minatul Khasanah; Qo'idah | Kelompok Ciprat Rekaan | Sutini | 2025-09-01 | 2025-10-02 | 2500 × 1150 | 2511 | office
Sulur Pandan | Bambang Tri; Tri Bambang; Bambang | KSM Percik Rekaan | Endang Kusumaningrum | 2024-01-09 | 2024-02-08 | 2500 × 1150 | 2512 |
Tugu Rante, Versi 2.0 | Hermawan Kertajaya Putra | CV Kain Rekaan Jaya | Wagiman | 2025-03-11 | 2025-04-12 | 2250 × 1150 | 2513 |
Nanas Ponggok | Sumarsih; Sumarsono | CV Kain Rekaan Jaya | Wagiman | 2025-11-05 | 2025-12-06 | 2000 × 900 | 2514 | form
Bung | Mc. Arthur Simanjuntak; Ompu Raja | Sanggar Aryo Rekaan | Hendro | 2025-06-01 | 2025-07-08 | 2500 × 1150 | 2515 | prose
Lar Garuda | Gus Ipul; Ning Ila | Pondok Batik Al-Hikmah | K.H. Zainuddin MZ | 2025-04-10 | 2025-05-11 | 2500 × 1150 | 2516 |
Pring Sedapur | Hartini; Hartono; Hartanto | Kelompok Ciprat Rekaan | Sutini | 2024-08-04 | 2024-09-03 | 2450 × 1050 | 2517 | office
Truntum Gelombang | Widya Ningrum; Yulia Sari | KSM Percik Rekaan | Endang Kusumaningrum | 2025-02-06 | 2025-03-07 | 2500 × 1150 | 2518 |
Kenanga Pagi | D'Costa Lourenço; Upik | CV Kain Rekaan Jaya | Wagiman | 2025-05-03 | 2025-06-04 | 2500 × 1150 | 2519 | form
Teratai Kelud | Murtini; Kasiyem | Kelompok Ciprat Rekaan | Sutini | 2025-08-09 | 2025-09-10 | 2000 × 1150 | 2520 | prose
Kali Lekso | Suwarno; Suwarni | KSM Percik Rekaan | Endang Kusumaningrum | 2025-10-07 | 2025-11-06 | 2500 × 1050 | 2521 | office
Rambut Monte | Puji Astuti; Tri Astuti | CV Kain Rekaan Jaya | Wagiman | 2024-05-09 | 2024-06-10 | 2500 × 1150 | 2522 |
Sinar Wlingi | Ma'mun; Jum'ati | Kelompok Ciprat Rekaan | Sutini | 2025-01-06 | 2025-02-07 | 2500 × 1150 | 2523 | office
Ronggo Hadinegoro | Gatot Subroto; Edi Santoso | Sanggar Aryo Rekaan | Hendro | 2025-07-10 | 2025-08-11 | 2250 × 1150 | 2524 |
Cakra Palah | Ika; Eka; Eko | KSM Percik Rekaan | Endang Kusumaningrum | 2025-12-03 | 2026-01-05 | 2500 × 1150 | 2525 | form
Pucuk Merah | Lasmi; Lasmini | Kelompok Ciprat Rekaan | Sutini | 2025-03-12 | 2025-04-11 | 2000 × 1050 | 2526 | office
Serut | Ponirah | Kelompok Ciprat Rekaan | Sutini | 2024-11-04 | 2024-12-05 | 2500 × 1150 | 2527 | prose
"""  # noqa: E501
# filing, counted from 1 | text | what is recorded -> what it says, still right | in which place only
OTHERWISE = """
32 | statement.pdf | Kembang Setaman -> KEMBANG SETAMAN
34 | statement.docx | Mu'minatul -> Mu’minatul
36 | transfer.pdf | Hermawan Kertajaya Putra -> HERMAWAN KERTAJAYA PUTRA | -1
37 | statement.pdf | 200 × 90 cm -> 200 x 90 cm
38 | statement.docx | 1 Juni 2025 -> 01-06-2025
39 | transfer.pdf | 11 Mei 2025 -> 11/05/2025
40 | statement.docx | Hartini; Hartono; Hartanto -> Hartini, Hartono dan Hartanto
41 | statement.pdf | 6 Februari 2025 -> 06 Februari 2025
42 | statement.docx | 250 × 115 cm -> 2500 × 1150 mm
43 | statement.pdf | Murtini; Kasiyem -> Ibu Murtini serta Ibu Kasiyem
44 | statement.docx | 250 × 105 cm -> 2,5 m × 1,05 m
45 | statement.pdf | M- -> m-
45 | transfer.docx | Puji Astuti -> PUJI ASTUTI | -1
46 | statement.pdf | Nomor 28 Tahun 2014 tentang -> Nomor 28 Tahun 2014 tanggal 16 Oktober 2014 tentang
47 | statement.docx | 10 Juli 2025 -> 2025-07-10
48 | statement.pdf | Ika; Eka; Eko -> 1. Ika  2. Eka  3. Eko
49 | statement.docx | “Pucuk Merah” -> "Pucuk  Merah"
50 | statement.pdf | 250 × 115 cm -> panjang 250 cm dan lebar 115 cm
"""
# filing | what is wrong, as in `Seeded` | text | what is recorded -> what it says | in which place only
MISTAKES = """
1 | name | statement.pdf | Suprapto -> Supratpo
1 | order | statement.docx | Suprapto; Siti; Siti Aminah -> Siti; Suprapto; Siti Aminah
1 | title | transfer.pdf | Kelud 1919 -> Kelud 1991
1 | order | statement.pdf | Suprapto; Siti; Siti Aminah -> Suprapto; Siti Aminah
2 | name | statement.docx | Achmad Syafi'i -> Achmad Syafii
2 | name | form | Sulastri Dewi Pramesti -> Sulatri Dewi Pramesti
2 | name | transfer.pdf | I Gusti Ayu Ketut Rai Sulastri -> I Gusti Ketut Rai Sulastri
2 | date | transfer.docx | 8 Januari 2025 -> 1 Agustus 2025
3 | name | statement.pdf | Dewi Lestari, S.Sn. -> Dewi Lestari
3 | name | transfer.docx | Bambang S. Wicaksono -> Bambang Wicaksono
3 | title | form | Turi-Turi Putih -> Turi Putih | 0
3 | name | transfer.pdf | Hj. Rukmini -> Rukmini | -1
4 | date | statement.docx | 17 Agustus 2025 -> 17 Agustus 2024
4 | title | statement.pdf | 17 Agustus 1945 -> 17 Agustus 1954
4 | name | list | Tan Swie Lan -> Tan Swie Lam
4 | order | transfer.docx | Raden Mas Haryo Kusumo Suryadiningrat <-> Tan Swie Lan
5 | order | statement.docx | Sri; Sri Sulastri; Sri Sulastri Ningsih -> Sri; Sri Sulastri
5 | name | transfer.pdf | Sri Sulastri Ningsih -> Sri Sulastri Ningish
5 | title | statement.pdf | Melati -> Melatti | 0
5 | date | form | 2024-02-05 -> 2024-05-02
6 | name | statement.docx | Wagiyem -> Wagiyam
6 | date | statement.pdf | 10 Januari 2026 -> 1 Oktober 2026
6 | name | form | Wagiyem -> Ibu Hj. Wagiyem | 0
7 | size | statement.pdf | 250 × 115 cm -> 115 × 250 cm
7 | title | statement.docx | Ceplok 3 x 3 -> Ceplok 3 x 2
7 | name | form | Nur 'Aini -> Nur Aini
7 | name | list | Muh. Rizal -> Moh. Rizal
8 | title | statement.pdf | Wahyu Tumurun: Babak II -> Wahyu Tumurun: Babak III
8 | title | transfer.docx | Wahyu Tumurun: Babak II -> Wahyu Temurun: Babak II
8 | number | statement.docx | M-000417-1 -> M-000471-6
8 | order | transfer.pdf | Ki Ageng Wirosobo; R.A. Kartini Wulandari -> R.A. Kartini Wulandari; Ki Ageng Wirosobo
9 | title | statement.docx | Kopi & Tebu -> Kopi Tebu
9 | size | statement.pdf | 250,5 × 115,5 cm -> 250 × 115,5 cm
9 | name | transfer.pdf | Paguyuban Pembatik “Ngudi Laras” -> Paguyuban Pembatik “Ngudi Rasa”
9 | date | transfer.docx | 21 Mei 2025 -> 20 Mei 2025
10 | title | form | Untuk Ibu Sulastri -> Untuk Sulastri | 0
10 | name | statement.pdf | Tarmuji -> Tarmudji
10 | name | statement.docx | Kelompok Ciprat Rekaan -> Kelompok Batik Ciprat Rekaan
10 | size | statement.pdf | 215 × 105 cm -> 215 × 105 mm
11 | title | statement.docx | Doko -> Doki | 1
11 | name | transfer.pdf | Mujiono bin Kasan -> Mujiono
11 | number | transfer.docx | M-001230-6 -> M-001203-0
11 | name | form | Siti Nur Kholifah -> Siti Nurkholifah
12 | order | statement.docx | Agus; Agus Salim; Salim -> Agus; Salim; Agus Salim
12 | size | statement.pdf | 250 × 90 cm -> 250 × 0,9 cm
12 | title | transfer.pdf | Gunung Kelud, Pagi -> Gunung Kelud Pagi Hari
12 | name | transfer.docx | CV Kain Rekaan Jaya -> UD Kain Rekaan Jaya
13 | name | statement.pdf | Dr. Ratih Kumala, M.Sn. -> Dra. Ratih Kumala, M.Sn.
13 | size | form | 200 × 105 cm -> 200 × 150 cm
13 | number | list | M-099871-9 -> M-099817-5
14 | title | transfer.docx | “KSM Percik” -> “KSM Percikan”
14 | name | transfer.pdf | Paijem -> Paijan
14 | name | form | KSM Percik Rekaan -> KUB Percik Rekaan
15 | name | statement.pdf | K.H. Zainuddin MZ -> Zainuddin MZ
15 | name | transfer.docx | Hj. Siti Khotijah -> Hj. Siti Khadijah
15 | title | statement.docx | Sawunggaling 250 -> Sawunggaling 205
15 | size | statement.docx | 180 × 115 cm -> 1800 × 1150 cm
16 | title | transfer.pdf | Ampyang-Ampyang No. 7 -> Ampyang-Ampyang No. 1
16 | name | transfer.docx | Nyoman Putra-Wijaya -> Nyoman Putra Wijana
16 | date | statement.pdf | 3 Februari 2026 -> 2 Maret 2026
17 | name | statement.docx | Kusnadi -> Kusnaedi | -1
17 | title | statement.pdf | Ketua -> Ketuha | 1
18 | title | statement.pdf | Ketika Hujan Abu Turun Perlahan -> Ketika Hujan Turun Perlahan
18 | name | transfer.docx | Endang Sri Wahyuningsih -> Endang Sri Wahyuningrum
18 | name | list | Fransiskus Xaverius Suharto -> Fransiscus Xaverius Suharto
18 | name | statement.docx | Paroki Rekaan Santo Yusup -> Paroki Rekaan Santo Yosef
19 | order | statement.pdf | Lim Tjoe An; Oei Giok Nio; Rr. Ayu Prameswari -> Lim Tjoe An; Rr. Ayu Prameswari; Oei Giok Nio
19 | order | statement.docx | Rr. Ayu Prameswari -> Rr. Ayu Prameswari; Budi Hartono
19 | number | transfer.pdf | M-001977-8 -> M-001997-9
19 | date | form | 2024-12-06 -> 2023-12-06
20 | name | statement.pdf | Zoë Renée Tanuwijaya -> Zoë Renée Tanuwidjaja
20 | title | statement.docx | Èmprit -> Èmprita
20 | date | statement.pdf | 10 November 2025 -> 10 Nopember 2024
21 | name | transfer.docx | Joko W. -> Joko M.
21 | size | form | 250 × 115 cm -> 250 × 151 cm
21 | number | statement.docx | M-000024-1 -> M-000042-7 | 0
22 | name | statement.pdf | Nunung Nurhayati; Neneng Nurhayati -> Nunung Nurhayati; Nunung Nurhayati
22 | title | transfer.pdf | Belimbing Karangsari -> Blimbing Karangsari
22 | date | transfer.docx | 12 Agustus 2024 -> 8 Desember 2024
23 | order | transfer.pdf | Supiyah <-> Supinah
23 | order | statement.docx | Supiyah; Supinah; Suparmi -> Supiyah; Supinah; Suparmi; Supiani
23 | title | statement.pdf | Sekartaji–Panji -> Panji–Sekartaji
24 | name | statement.docx | Slamet Riyadi, A.Md. -> Slamet Riyadi, S.Md.
24 | title | list | Resa -> Rasa | 0
24 | number | statement.pdf | M-002024 -> M-002042
25 | name | transfer.docx | Prof. Dr. Ir. Hardjosoemantri -> Dr. Ir. Hardjosoemantri
25 | title | form | Penataran 1197 Śaka -> Penataran 1197 | 0
25 | date | statement.pdf | 5 Maret 2024 -> 3 Mei 2024
25 | order | form | Ny. Hardjosoemantri -> Ny. Hardjosoemantri dan Budi
26 | order | statement.docx | Djoko Soesilo; Soesilo Djoko -> Soesilo Djoko; Djoko Soesilo
26 | title | statement.pdf | Gerimis -> Gerimis Pagi
27 | title | transfer.docx | Ikan Koi (Merah) -> Ikan Koi (Putih)
28 | size | transfer.docx | 240 × 105 cm -> 240 × 150 cm
28 | name | statement.pdf | Mbok Yem -> Mbok Yum
29 | order | statement.pdf | Sugiarto; Yayuk; Didik -> Sugiarto; Didik
29 | name | transfer.docx | Didik Nurhadi -> Didik Nuhradi
30 | name | statement.docx | Ahmad Fauzi; Achmad Fauzi -> Ahmad Fauzi; Ahmad Fauzi
31 | title | statement.pdf | Djadoel -> Jadul
34 | name | transfer.pdf | Qo'idah -> Qoi'dah
35 | order | form | Bambang Tri <-> Tri Bambang
"""  # noqa: E501
STATEMENT = (
    "PEMERINTAH KABUPATEN REKAAN",
    "SURAT PERNYATAAN KEASLIAN CIPTAAN",
    "Nomor: 503/112/409.105/2026",
    "Saya, {{penanda_tangan_1}}, selaku {{jabatan_1}}, beralamat di {{pemegang_hak_1_alamat_lengkap}}, "
    "menerangkan bahwa kain batik “{{judul}}” berukuran {{ukuran}} dengan Nomor Registri {{nomor_registri}} "
    "adalah hasil karya {{pencipta}}, dan sejak {{tanggal_pengalihan}} haknya ada pada "
    "{{pemegang_hak_1_nama}}.",
    "Ciptaan itu pertama kali diumumkan pada tanggal {{tanggal_diumumkan}} di {{kota_diumumkan}}.",
    "Demikian dibuat menurut Undang-Undang Nomor 28 Tahun 2014 tentang Hak Cipta.",
    "{{tempat}}, {{tanggal}}",
    "{{penanda_tangan_1}}",
)
TRANSFER = (
    "AKTA PENGALIHAN HAK CIPTA",
    "Pihak Kesatu: {{pencipta}}",
    "Pihak Kedua: {{pemegang_hak_1_nama}}, diwakili {{pemegang_hak_1_diwakili}}",
    "Pada tanggal {{tanggal_pengalihan}} Pihak Kesatu menyerahkan hak ekonomi atas karya “{{judul}}”, ukuran "
    "{{ukuran}}, nomor registri {{nomor_registri}}, kepada Pihak Kedua (Pasal 16 ayat (2) huruf e).",
    "{{tempat}}, {{tanggal}}",
    "{{penanda_tangan_1}}",
    "{{penanda_tangan_2}}",
)
WORDS = {
    **{(name, "surat_pernyataan"): lines for name, lines in TEMPLATES.items()},
    ("office", "surat_pernyataan"): STATEMENT,
    ("office", "surat_pengalihan_hak"): TRANSFER,
}
BLIND = Table(filings=FILINGS, otherwise=OTHERWISE, mistaken=MISTAKES, words=WORDS)
